package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionHoldActionsTest {
  private static final String ERROR = "model_loading_deadlock";

  private final Map<String, SessionArtifacts> artifacts = new HashMap<>();
  private final List<String> rewound = new CopyOnWriteArrayList<>();
  private final List<Set<String>> restOn = new CopyOnWriteArrayList<>();
  private final Map<String, Set<String>> held = new HashMap<>();
  private final RecoveryStage stage =
      new RecoveryStage((actions, floor) -> SessionHoldActions.add(actions, floor, new Scripted()));
  private final RecoveryStage.Recovery recovery = stage.recovery(ERROR, "device/cpu-0", Map.of());

  private final class Scripted implements SessionMending {
    @Override
    public CompletionStage<SessionArtifacts> read(Task task, String sessionId) {
      return CompletableFuture.completedStage(artifacts.get(sessionId));
    }

    @Override
    public CompletionStage<Integer> rewind(Task task, SessionArtifacts session) {
      session.wrong().forEach(batch -> rewound.add(session.sessionId()));
      return CompletableFuture.completedStage(session.wrong().size());
    }
  }

  @BeforeEach
  void answer() {
    stage.processing =
        told -> {
          if (told instanceof HoldCommand.ListHeld list) {
            list.replyTo()
                .tell(new HoldCommand.Resting(Set.of(), held.getOrDefault(list.by(), Set.of())));
          } else if (told instanceof HoldCommand.GoOn on) {
            restOn.add(on.except());
            on.replyTo().tell(new HoldCommand.Resting(Set.of(), on.except()));
          } else if (told instanceof ProcessingCommand.GetFacts get) {
            Set<String> open = new TreeSet<>(artifacts.keySet());
            get.replyTo().tell(new Facts(open, open, Set.of(), Map.of(), Map.of()));
          }
        };
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private void rests(String by, String session, List<String> damaged, boolean wrong) {
    SessionWork.Checkpoint usable = new SessionWork.Checkpoint(4, "good");
    SessionWork.Checkpoint journaled = wrong ? new SessionWork.Checkpoint(8, "bad") : usable;
    artifacts.put(
        session,
        new SessionArtifacts(
            session,
            false,
            0,
            damaged,
            List.of(
                new SessionArtifacts.Batch(
                    new DocumentRange(0, 1),
                    journaled,
                    Optional.of(usable),
                    wrong ? List.of(8) : List.of()))));
    held.computeIfAbsent(by, unused -> new TreeSet<>()).add(session);
  }

  @Test
  void batchThatWouldGoOnFromWhatCannotBeRead_goesOnFromWhatCan() throws Exception {
    rests(recovery.id(), "sound", List.of(), false);
    rests(recovery.id(), "wrong", List.of(), true);
    rests("another recovery", "of another", List.of(), true);
    Done done = assertInstanceOf(Done.class, recovery.perform("resume_workflows_from_checkpoint"));
    assertEquals(List.of("wrong"), rewound);
    assertEquals(List.of(Set.of()), restOn);
    assertTrue(done.evidence().contains("1 batches go on from another"), done.evidence());
  }

  @Test
  void sessionThatLostAnInput_restsOn_andTheOthersGoOn() throws Exception {
    rests(recovery.id(), "sound", List.of(), false);
    rests(recovery.id(), "damaged", List.of("input a"), false);
    Failed failed =
        assertInstanceOf(Failed.class, recovery.perform("resume_workflows_from_checkpoint"));
    assertEquals("session_artifacts_damaged", failed.code());
    assertTrue(failed.message().contains("[damaged] lost"), failed.message());
    assertEquals(List.of(Set.of("damaged")), restOn);
  }
}
