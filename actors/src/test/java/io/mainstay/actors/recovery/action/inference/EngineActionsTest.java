package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.ArenaFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.EngineMark;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineActionsTest {
  private static final String FAILED = "inference_engine_failure";
  private static final String BATCH = "session/01JD0000000000000000000001/0-8/model/m";
  private static final String IN_CPU_1 = new EngineMark("cpu-1", 2).at(BATCH);

  private final RecoveryStage stage = new RecoveryStage(EngineActions::add);
  private final List<String> replaced = new CopyOnWriteArrayList<>();
  private volatile int callsOfTheFormer;

  @BeforeEach
  void serve() {
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 2));
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.SaveCheckpoints save) {
            save.replyTo().tell(new ProcessingCommand.Saved(Set.of("written"), Set.of("late")));
          }
        };
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo().tell(new MemoryCommand.LedgerList(List.of()));
          }
        };
    stage.device =
        told -> {
          if (told instanceof DeviceCommand.ReplaceWorker replace) {
            replaced.add(
                replace.deviceId()
                    + " "
                    + replace.epoch()
                    + (stage.cause().equals(replace.cause()) ? "" : " without its step as cause"));
          } else if (told instanceof DeviceCommand.Inspect inspect) {
            inspect
                .replyTo()
                .tell(
                    new DeviceCommand.Inspected(
                        List.of(device("cpu-0", slot(1, 5)), device("cpu-1", slot(3, 0))), true));
          } else {
            stage.listDevices(told);
          }
        };
  }

  @AfterEach
  void end() {
    stage.close();
  }

  @Test
  void faultOfABatch_replacesTheEngineThatItHappenedIn_andNoOther() throws Exception {
    RecoveryStepOutcome.Done done = done("graceful_engine_shutdown", IN_CPU_1);
    assertEquals(List.of("cpu-1 2"), replaced);
    assertTrue(
        done.evidence().contains("[written] are written; those of [late] are not"),
        done.evidence());
  }

  @Test
  void deviceThatIsGivenUp_keepsNoOtherFromHavingItsModels() throws Exception {
    stage.model =
        told -> {
          if (told instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of()));
          }
        };
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "failed", 2));
    assertEquals("cpu-0 has []", done("restore_engine_state", "model/m").evidence());
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "failed", 1), RecoveryStage.view("cpu-1", "failed", 2));
    assertInstanceOf(
        RecoveryStepOutcome.Failed.class,
        stage.performShortly("restore_engine_state", FAILED, "model/m", Map.of()),
        "no device is left that could have them");
  }

  @Test
  void successorOfTheEngine_isLetBe() throws Exception {
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 3));
    RecoveryStepOutcome.Done done = done("graceful_engine_shutdown", IN_CPU_1);
    assertEquals(List.of(), replaced);
    assertTrue(done.evidence().contains("none of cpu-1"), done.evidence());
  }

  @Test
  void faultThatNamesNoEngine_replacesNone() throws Exception {
    done("graceful_engine_shutdown", BATCH);
    assertEquals(List.of(), replaced);
  }

  @Test
  void restart_waitsForTheSuccessor() throws Exception {
    done("graceful_engine_shutdown", IN_CPU_1);
    assertInstanceOf(
        RecoveryStepOutcome.Failed.class,
        stage.performShortly("restart_inference_engine", FAILED, IN_CPU_1, Map.of()));
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 3));
    done("restart_inference_engine", IN_CPU_1);
  }

  @Test
  void clean_looksAtWhatTheFormerEngineHasLeft() throws Exception {
    RecoveryStepOutcome.Done done = done("clean_engine_state", IN_CPU_1);
    assertTrue(done.evidence().contains("epoch 3 (process 103): 0 calls open"), done.evidence());
    callsOfTheFormer = 4;
    RecoveryStepOutcome.Failed failed =
        assertInstanceOf(
            RecoveryStepOutcome.Failed.class,
            stage.performShortly("clean_engine_state", FAILED, IN_CPU_1, Map.of()));
    assertTrue(
        failed.message().contains("worker of epoch 2 on cpu-1 has 4 calls open"), failed.message());
  }

  private RecoveryStepOutcome.Done done(String action, String subject) throws Exception {
    return assertInstanceOf(
        RecoveryStepOutcome.Done.class, stage.perform(action, FAILED, subject, Map.of()));
  }

  private DeviceFacts device(String id, SlotFacts serving) {
    List<SlotFacts> slots =
        callsOfTheFormer == 0 ? List.of(serving) : List.of(slot(2, callsOfTheFormer), serving);
    return new DeviceFacts(id, "serving", 100, serving.epoch(), Set.of(), Set.of(), slots);
  }

  private static SlotFacts slot(long epoch, int calls) {
    return new SlotFacts(
        "a",
        epoch,
        100 + epoch,
        true,
        true,
        false,
        Map.of(),
        50,
        calls,
        new ArenaFacts(1_000, 0, 9));
  }
}
