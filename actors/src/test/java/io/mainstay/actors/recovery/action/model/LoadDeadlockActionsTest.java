package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadDeadlockActionsTest {
  private static final String ERROR = "model_loading_deadlock";
  private static final Map<String, String> WINDOWS = Map.of("still_ms", "20", "silent_ms", "60");

  private final RecoveryStage stage = new RecoveryStage(LoadDeadlockActions::add);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> replaced = new CopyOnWriteArrayList<>();
  private volatile List<String> progress = List.of();
  private volatile boolean moves;

  @BeforeEach
  void begin() {
    stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.device =
        told -> {
          if (told instanceof DeviceCommand.ReplaceWorker replace) {
            replaced.add(replace.deviceId());
            stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 2));
          } else {
            stage.listDevices(told);
          }
        };
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        List.of(
                            new MemoryCommand.LedgerView("cpu-0", 1_000, 1_000, 7, List.of()))));
          }
        };
    stage.model = this::loads;
  }

  @AfterEach
  void end() {
    stage.close();
  }

  /** One model is being loaded. */
  private void loads(ModelCommand told) {
    if (told instanceof ModelCommand.ListModels list) {
      List<String> now =
          moves ? List.of("cpu-0: " + asked.incrementAndGet() + " of 100") : progress;
      list.replyTo().tell(new ModelCommand.ModelList(List.of(view(now))));
    } else if (told instanceof ModelCommand.GetFacts get) {
      get.replyTo()
          .tell(
              new ModelFacts(
                  List.of(new ModelFacts.Residence("m", "cpu-0", "loading")),
                  List.of(),
                  Map.of(),
                  Map.of()));
    }
  }

  private static ModelView view(List<String> progress) {
    return new ModelView(
        "m", "1", "text", "loading", List.of(), 1, 1, false, "", "", "", "", progress, 0, 0,
        List.of());
  }

  @Test
  void loadThatNeverSaidHowFarItIs_isReplaced_afterTheLongerTime() throws Exception {
    assertInstanceOf(
        Done.class, stage.perform("replace_stuck_workers", ERROR, "device/cpu-0", WINDOWS));
    assertEquals(List.of("cpu-0"), replaced);
  }

  @Test
  void loadThatSaysTheSame_isReplaced_oneThatMovesIsNot() throws Exception {
    moves = true;
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("replace_stuck_workers", ERROR, "device/cpu-0", WINDOWS));
    assertEquals("no worker that serves has a load that stands still", done.evidence());
    assertEquals(List.of(), replaced);
    moves = false;
    progress = List.of("cpu-0: 3 of 100");
    stage.perform("replace_stuck_workers", ERROR, "device/cpu-0", WINDOWS);
    assertEquals(List.of("cpu-0"), replaced);
  }

  /** The worker refuses at first, then two looks differ; after that they agree. */
  @Test
  void resources_areReleased_onceNodeAndWorkerAgree() throws Exception {
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Reconcile reconcile) {
            int at = asked.incrementAndGet();
            reconcile
                .replyTo()
                .tell(
                    at == 1
                        ? StatusReply.error(Refusal.of("no", "it is being loaded onto", "-"))
                        : StatusReply.success(
                            new Reconciled(
                                "cpu-0", 1, List.of(), at < 4 ? List.of("m differs") : List.of())));
          }
        };
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("release_deadlocked_resources", ERROR, "device/cpu-0", Map.of()));
    assertEquals(4, asked.get());
    assertTrue(done.evidence().endsWith("cpu-0 agrees"), done.evidence());
  }

  @Test
  void resourcesThatStayDifferent_orNobodySaysAnythingAbout_areNotReleased() throws Exception {
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Reconcile reconcile) {
            reconcile
                .replyTo()
                .tell(
                    StatusReply.success(
                        new Reconciled("cpu-0", 1, List.of(), List.of("m differs"))));
          }
        };
    assertTrue(release().message().startsWith("cpu-0 differs: [m differs]"));
    stage.nowDevices(RecoveryStage.view("cpu-0", "backing-off", 1));
    assertTrue(release().message().startsWith("no worker serves"));
  }

  private Failed release() throws Exception {
    return assertInstanceOf(
        Failed.class,
        stage.performShortly("release_deadlocked_resources", ERROR, "device/cpu-0", Map.of()));
  }
}
