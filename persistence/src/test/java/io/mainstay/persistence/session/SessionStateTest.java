package io.mainstay.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** States by their events alone, and as snapshots. */
class SessionStateTest {
  private static final DocumentRange FIRST = new DocumentRange(0, 3);
  private static final DocumentRange SECOND = new DocumentRange(3, 5);

  private final EventStamper stamper = EventStamper.system();
  private final JournalJson json = new JournalJson(EventManifests.current());

  @Test
  void everyState_survivesASnapshot() throws IOException {
    Set<SessionState> states = states();
    assertEquals(
        stages(),
        states.stream().map(Object::getClass).collect(Collectors.toSet()),
        "a stage without a sample");
    for (SessionState state : states) {
      assertEquals(state, json.decode(json.encode(state), json.manifest(state)));
    }
  }

  @Test
  void snapshotOfAnEarlierVersion_isRead_andItsAttemptsAreNotKnown() throws IOException {
    SessionState.Running state = running();
    assertEquals(0, state.plan().completed().get(0).attempts());
    String today = new String(json.encode(state), StandardCharsets.UTF_8);
    String then = today.replace("\"fingerprint\":\"fp\",\"attempts\":0", "\"fingerprint\":\"fp\"");
    assertNotEquals(today, then);
    assertEquals(state, json.decode(then.getBytes(StandardCharsets.UTF_8), json.manifest(state)));
  }

  @Test
  void everyStage_hasAManifest() {
    assertEquals(
        stages(),
        EventManifests.current().all().values().stream()
            .filter(SessionState.class::isAssignableFrom)
            .collect(Collectors.toSet()));
  }

  @Test
  void eventOfABatchThatIsNotPending_isAnErrorOfTheJournal() {
    SessionState.Running running = running();
    var event = new SessionEvent.BatchDispatched(meta(), new DocumentRange(1, 2), "cpu-0", 1, 1);
    assertThrows(IllegalStateException.class, () -> running.dispatched(event));
  }

  @Test
  void plan_overAllSmallSizes_coversEveryDocumentOnce() {
    for (int documents = 1; documents <= 40; documents++) {
      for (int batch = 1; batch <= 12; batch++) {
        WorkPlan plan = WorkPlan.of(new SessionEvent.PlanMade(meta(), documents, batch));
        int next = 0;
        for (BatchWork work : plan.pending()) {
          assertEquals(next, work.range().from());
          assertEquals(Math.min(batch, documents - next), work.range().size());
          next = work.range().to();
        }
        assertEquals(documents, next);
      }
    }
  }

  private Set<SessionState> states() {
    Set<SessionState> states = new LinkedHashSet<>();
    SessionState.Accepted accepted = accepted();
    SessionState.Running running = running();
    states.add(new SessionState.Empty());
    states.add(accepted);
    states.add(running);
    states.add(accepted.failed(new SessionEvent.WorkflowFailed(meta(), "c", "m", "r")));
    states.add(running.cancelled(new SessionEvent.WorkflowCancelled(meta(), "enough")));
    states.add(
        running
            .outputsWritten(
                new SessionEvent.OutputsWritten(
                    meta(), List.of(new BlobRef("o", "ab", 1)), List.of()))
            .completed(new SessionEvent.WorkflowCompleted(meta(), 4, 1)));
    return states;
  }

  private SessionState.Accepted accepted() {
    return new SessionState.Empty()
        .accepted(
            new SessionEvent.WorkflowAccepted(
                meta(),
                "s",
                new Workflow.TextEmbedding("m", 3),
                List.of(new BlobRef("i", "cd", 2)),
                WorkClass.BATCH,
                "/out",
                "me"));
  }

  private SessionState.Running running() {
    return accepted()
        .planned(new SessionEvent.PlanMade(meta(), 5, 3))
        .dispatched(new SessionEvent.BatchDispatched(meta(), FIRST, "cpu-0", 1, 1))
        .interrupted(new SessionEvent.BatchInterrupted(meta(), FIRST, "cpu-0", 1, 1, "x", 5))
        .dispatched(new SessionEvent.BatchDispatched(meta(), FIRST, "cpu-1", 7, 2))
        .checkpointed(new SessionEvent.BatchCheckpointed(meta(), SECOND, 10, "aa", 7, "", 1, 1, 1))
        .degraded(new SessionEvent.WorkflowDegraded(meta(), "fp16", "small"))
        .replanned(new SessionEvent.BatchReplanned(meta(), FIRST, FIRST.left(), FIRST.right()))
        .poisoned(new SessionEvent.DocumentPoisoned(meta(), 0, 3, "x"))
        .batchCompleted(new SessionEvent.BatchCompleted(meta(), SECOND, "ef", "fp", "cpu-1", 7, 5));
  }

  private static Set<Class<?>> stages() {
    return Arrays.stream(SessionState.class.getPermittedSubclasses())
        .flatMap(
            type ->
                type.isInterface()
                    ? Arrays.stream(type.getPermittedSubclasses())
                    : java.util.stream.Stream.of(type))
        .flatMap(
            type ->
                type.isInterface()
                    ? Arrays.stream(type.getPermittedSubclasses())
                    : java.util.stream.Stream.of(type))
        .collect(Collectors.toSet());
  }

  private EventMeta meta() {
    return stamper.root();
  }
}
