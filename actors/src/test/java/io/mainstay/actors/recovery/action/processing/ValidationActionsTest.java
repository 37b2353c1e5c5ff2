package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValidationActionsTest {
  private final RecoveryStage stage = new RecoveryStage(ValidationActions::add);

  @AfterEach
  void end() {
    stage.close();
  }

  /** A device takes models of up to 100 bytes. */
  private RecoveryStepOutcome check(ModelView... models) throws Exception {
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        List.of(new MemoryCommand.LedgerView("cpu-0", 200, 100, 0, List.of()))));
          }
        };
    stage.model =
        told -> {
          if (told instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of(models)));
          }
        };
    return stage.perform(
        "check_model_requirements", "device_capability_mismatch", "gateway/infer", Map.of());
  }

  private static ModelView model(String id, String state, long memoryBytes) {
    return new ModelView(
        id,
        "1",
        "text",
        state,
        List.of(),
        1,
        memoryBytes,
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

  @Test
  void modelThatFits_isWhatRequestsCanAskFor() throws Exception {
    Done done =
        assertInstanceOf(
            Done.class, check(model("small", "registered", 99), model("large", "registered", 101)));
    assertTrue(done.evidence().startsWith("1 of 2 models fit"), done.evidence());
    assertTrue(done.evidence().contains("large (101 bytes)"), done.evidence());
  }

  @Test
  void nodeOnWhichNoModelFits_meetsNoRequirement() throws Exception {
    Failed failed =
        assertInstanceOf(
            Failed.class, check(model("broken", "broken", 1), model("large", "registered", 101)));
    assertEquals("no_model_fits", failed.code());
  }
}
