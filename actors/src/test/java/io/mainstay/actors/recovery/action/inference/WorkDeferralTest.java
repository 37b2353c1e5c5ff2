package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits when an engine does not come back, and for how long, on scripted domains. */
class WorkDeferralTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String LARGE = "01KAJZP9S8B6V5Q4W3E2R1T0Y1";
  private static final String SMALL = "01KAJZP9S8B6V5Q4W3E2R1T0Y2";
  private static final String WAITS = "01KAJZP9S8B6V5Q4W3E2R1T0Y3";

  private final RecoveryStage stage = new RecoveryStage(WorkDeferral::add);
  private final List<HoldCommand.Rest> rests = new CopyOnWriteArrayList<>();
  private final List<HoldCommand.GoOn> goOns = new CopyOnWriteArrayList<>();
  private final RecoveryStage.Recovery recovery =
      stage.recovery("worker_process_died", "device/cpu-1", Map.of("hold-ms", "30000"));

  /** A model of 1,000 bytes for gpu-0 alone, and one of 100 that fits everywhere. */
  @BeforeEach
  void begin() {
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        List.of(ledger("gpu-0", 2_000), ledger("cpu-0", 500))));
          }
        };
    stage.model =
        told -> {
          if (told instanceof ModelCommand.ListModels list) {
            list.replyTo()
                .tell(
                    new ModelCommand.ModelList(
                        List.of(model("large", 1_000), model("small", 100))));
          } else if (told instanceof ModelCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ModelFacts(
                        List.of(),
                        List.of(),
                        Map.of(
                            "akka://node/user/processing/runner-" + LARGE + "#1",
                            Set.of("large", "small"),
                            "akka://node/user/processing/runner-" + SMALL + "#2",
                            Set.of("small"),
                            "transaction 01KAJZP9S8B6V5Q4W3E2R1T0Y9",
                            Set.of("large")),
                        Map.of()));
          }
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ProcessingCommand.Facts(
                        Set.of(LARGE, SMALL),
                        Set.of(LARGE, SMALL, WAITS),
                        Set.of(),
                        Map.of(),
                        Map.of()));
          } else if (told instanceof HoldCommand.Rest rest) {
            rests.add(rest);
            rest.replyTo().tell(new HoldCommand.Resting(Set.of(), rest.sessions()));
          } else if (told instanceof HoldCommand.GoOn on) {
            goOns.add(on);
          }
        };
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private static MemoryCommand.LedgerView ledger(String device, long budget) {
    return new MemoryCommand.LedgerView(device, budget, budget, 0, List.of());
  }

  private static ModelView model(String id, long bytes) {
    return new ModelView(
        id,
        "1",
        "image",
        "available",
        List.of(),
        bytes,
        bytes,
        false,
        "",
        "",
        "",
        "",
        List.of(),
        0,
        0,
        List.of());
  }

  /** It is no way to compute: the recovery has not reached its aim by that. */
  @Test
  void whereNoDeviceServes_allAcceptedSessionsWait_nobodyBegins_andItIsNotEnough()
      throws Exception {
    stage.devices(
        RecoveryStage.view("gpu-0", "restarting", 0), RecoveryStage.view("cpu-0", "failed", 0));
    Done done = assertInstanceOf(Done.class, recovery.perform("operation_deferral"));
    assertFalse(done.enough());
    assertEquals(Set.of(LARGE, SMALL, WAITS), rests.get(0).sessions());
    assertTrue(rests.get(0).newcomers());
    assertEquals(recovery.id(), rests.get(0).by());
    assertEquals(Duration.ofSeconds(30), rests.get(0).longest());
    assertTrue(
        done.evidence().startsWith("3 accepted sessions wait for 30 s at most"), done.evidence());
  }

  /** A device without a model is given up, and another one computes for everybody. */
  @Test
  void whereOthersCompute_nobodyWaits() throws Exception {
    stage.devices(
        RecoveryStage.view("gpu-0", "serving", 1, "large", "small"),
        RecoveryStage.view("cpu-1", "failed", 0));
    Failed failed = assertInstanceOf(Failed.class, recovery.perform("operation_deferral"));
    assertEquals("others_compute", failed.code());
    assertTrue(failed.message().contains("gpu-0"), failed.message());
    assertEquals(List.of(), rests);
  }

  /** Full is not gone: it computes for whoever has a turn. */
  @Test
  void whereTheOnlyDeviceIsFull_nobodyWaits() throws Exception {
    stage.devices(RecoveryStage.view("gpu-0", "serving", 1));
    assertEquals(
        "others_compute",
        assertInstanceOf(Failed.class, recovery.perform("operation_deferral")).code());
    assertEquals(List.of(), rests);
  }

  @Test
  void sessionWhoseModelNoDeviceThatServesCanHave_waitsAlone() throws Exception {
    stage.devices(
        RecoveryStage.view("gpu-0", "failed", 0), RecoveryStage.view("cpu-0", "serving", 1));
    Done done = assertInstanceOf(Done.class, recovery.perform("operation_deferral"));
    assertEquals(Set.of(LARGE), rests.get(0).sessions());
    assertFalse(rests.get(0).newcomers(), "others may begin");
    assertTrue(done.evidence().contains("a device can have [large, small]"), done.evidence());
  }

  /** What it has counts as room, whatever its ledger says. */
  @Test
  void sessionWhoseModelADeviceHas_doesNotWait() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1, "large"));
    assertInstanceOf(Failed.class, recovery.perform("operation_deferral"));
    assertEquals(List.of(), rests);
  }

  @Test
  void sessions_goOnAsSoonAsADeviceThatServesCanHaveTheirModels() throws Exception {
    stage.devices(
        RecoveryStage.view("gpu-0", "failed", 0), RecoveryStage.view("cpu-0", "failed", 0));
    assertInstanceOf(Done.class, recovery.perform("operation_deferral"));
    stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 1));
    Awaitility.await().atMost(BOUND).until(() -> goOns.size() == 1);
    assertEquals(recovery.id(), goOns.get(0).by());
    assertEquals(Set.of(LARGE), goOns.get(0).except());
    stage.nowDevices(
        RecoveryStage.view("gpu-0", "serving", 1), RecoveryStage.view("cpu-0", "serving", 1));
    Awaitility.await().atMost(BOUND).until(() -> goOns.size() == 2);
    assertEquals(Set.of(), goOns.get(1).except());
  }
}
