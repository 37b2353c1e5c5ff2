package io.mainstay.actors.recovery.action.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.degradation.ScriptedModes;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.relief.ReliefSettings;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two devices fail at once, and others take their place. */
class FailoverActionsTest {
  private static final String ERROR = "primary_device_failure";
  private static final String BOTH = "device/cpu-1/cpu-2";
  private static final Map<String, String> PARAMETERS =
      Map.of("least_memory_share", "0.8", "allocation_bytes", "1024");

  private final FailedDevices failed = new FailedDevices();
  private ActionFloor floor;
  private RecoveryStage stage;
  private ScriptedNode node;

  @BeforeEach
  void start() throws Exception {
    stage = new RecoveryStage(this::add);
    node = new ScriptedNode(stage);
    node.device("cpu-0", "serving", "common");
    node.device("cpu-1", "serving", "common", "first");
    node.device("cpu-2", "serving", "second");
    node.lost("cpu-1");
    node.lost("cpu-2");
    done("abort_device_specific_allocations", BOTH);
    done("unload_device_specific_models", BOTH);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private void add(RecoveryActions.Builder actions, ActionFloor on) {
    floor = on;
    DeviceFailureActions.add(actions, on, failed);
    FailoverActions.add(actions, on, failed);
  }

  private Done done(String action, String subject) throws Exception {
    return assertInstanceOf(Done.class, stage.perform(action, ERROR, subject, PARAMETERS));
  }

  private Failed failed(String action, String subject) throws Exception {
    RecoveryStepOutcome outcome = stage.perform(action, ERROR, subject, PARAMETERS);
    return assertInstanceOf(Failed.class, outcome, outcome.toString());
  }

  @Test
  void workOfEveryFailedDevice_isMoved_notOnlyOfTheFirst() throws Exception {
    Done done = done("migrate_to_fallback_device", BOTH);
    assertEquals(Set.of("common", "first", "second"), node.models("cpu-0"));
    assertTrue(node.isTold("fail over cpu-1"), done.evidence());
    assertTrue(node.isTold("fail over cpu-2"), done.evidence());
    assertTrue(done.evidence().contains("the work of cpu-2 goes to cpu-0"), done.evidence());
  }

  @Test
  void oneModelThatIsNowhere_isAFailure_andTheOthersAreMovedAllTheSame() throws Exception {
    node.refused.add("cpu-0/first");
    for (String action :
        new String[] {"migrate_to_fallback_device", "migrate_device_allocations"}) {
      Failed failure = failed(action, BOTH);
      assertEquals("models_not_moved", failure.code());
      assertTrue(failure.message().contains("[first] of cpu-1"), failure.message());
      assertTrue(failure.message().contains("no room"), failure.message());
    }
    assertEquals(Set.of("common", "second"), node.models("cpu-0"));
  }

  @Test
  void modelThatAnotherDeviceHas_isNotMissing() throws Exception {
    node.device("cpu-3", "serving", "first");
    node.refused.add("cpu-0/first");
    node.refused.add("cpu-3/common");
    done("migrate_to_fallback_device", "device/cpu-1");
  }

  @Test
  void routing_isDone_onceNothingIsPlannedForAnyFailedDevice() throws Exception {
    Done done = done("update_device_routing", BOTH);
    assertEquals(2, node.modes.size());
    assertTrue(done.evidence().contains("nothing is planned for cpu-1"), done.evidence());
    assertTrue(done.evidence().contains("nothing is planned for cpu-2"), done.evidence());
  }

  @Test
  void routing_thatStillPlansForTheFailedDevice_hasFailed() throws Exception {
    node.planned = Set.of("cpu-0", "cpu-1");
    Failed failure =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("update_device_routing", ERROR, "device/cpu-1", PARAMETERS));
    assertTrue(failure.message().contains("does not send the work of cpu-1"), failure.message());
  }

  @Test
  void device_isProved_onlyByWhatItComputedItself() throws Exception {
    Done done = done("verify_device_functionality", "device/cpu-1");
    assertTrue(done.evidence().contains("computed 1 numbers on cpu-0"), done.evidence());
    node.computesOn.put("cpu-0", "cpu-9");
    assertEquals("computed_elsewhere", failed("verify_device_functionality", BOTH).code());
  }

  @Test
  void restoring_takesBackModesAndMoves_whereThePrimaryServes() throws Exception {
    done("migrate_to_fallback_device", "device/cpu-1");
    done("update_device_routing", BOTH);
    node.serves("cpu-1");
    Done done =
        assertInstanceOf(
            Done.class,
            stage
                .recovery(ERROR, BOTH, PARAMETERS)
                .perform("restore_primary_if_available", Duration.ofSeconds(4)));
    assertEquals(Set.of(), node.modes, "of every device, not only the first");
    assertEquals(Set.of("common", "first"), node.models("cpu-1"));
    assertTrue(done.evidence().contains("cpu-1 serves again"), done.evidence());
    assertTrue(node.isTold("reconnect cpu-2"), done.evidence());
    assertTrue(done.evidence().contains("cpu-2 was asked to start again"), done.evidence());
    assertEquals(Set.of("second"), failed.of("cpu-2"));
  }

  @Test
  void restoring_unloadsWhatThisRecoveryLoadedElsewhere_andNothingElse() throws Exception {
    RecoveryStage.Recovery recovery = stage.recovery(ERROR, "device/cpu-1", PARAMETERS);
    assertInstanceOf(Done.class, recovery.perform("migrate_device_allocations"));
    assertEquals(Set.of("common", "first"), node.models("cpu-0"));
    node.serves("cpu-1");
    Done done = assertInstanceOf(Done.class, recovery.perform("restore_primary_if_available"));
    assertEquals(Set.of("common"), node.models("cpu-0"), done.evidence());
    assertEquals(Set.of("common", "first"), node.models("cpu-1"));
  }

  @Test
  void deviceThatServesAgain_getsWhatItHad_onceNoModeKeepsWorkOffIt() {
    ScriptedModes.isolate(stage.kit().system(), "cpu-1");
    stage
        .kit()
        .spawn(
            ReturnedDevices.create(
                new ReliefSettings(Duration.ofMillis(10), 0.8, 0, Duration.ofSeconds(20)),
                floor,
                failed));
    node.serves("cpu-1");
    node.serves("cpu-2");
    awaitModels("cpu-2", Set.of("second"));
    assertEquals(Set.of("common", "first"), failed.of("cpu-1"));
    assertEquals(Set.of(), node.models("cpu-1"));
    ScriptedModes.isolate(stage.kit().system());
    awaitModels("cpu-1", Set.of("common", "first"));
    assertEquals(Set.of(), failed.devices());
  }

  private void awaitModels(String device, Set<String> models) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> node.models(device).equals(models));
  }
}
