package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.model.registry.ScannedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokenModelsTest {
  private final List<String> said = new ArrayList<>();
  private final BrokenModels broken =
      new BrokenModels(model -> said.add(model.id() + " " + model.problem().code().code()));

  @Test
  void sameAtEveryScan_isSaidOnce() {
    for (int scan = 0; scan < 3; scan++) {
      broken.scanned(
          List.of(model("half", ModelFaultCode.MODEL_FILE_TRUNCATED, "size " + scan)),
          Set.of("half"));
    }
    assertEquals(List.of("half model_file_truncated"), said);
  }

  @Test
  void brokenInAnotherWay_isSaidAgain() {
    broken.found(model("half", ModelFaultCode.MODEL_FILE_TRUNCATED, "x"));
    broken.found(model("half", ModelFaultCode.MODEL_FILE_MISSING, "x"));
    assertEquals(List.of("half model_file_truncated", "half model_file_missing"), said);
  }

  @Test
  void goneAndBackAgain_isNew() {
    ScannedModel half = model("half", ModelFaultCode.MODEL_FILE_MISSING, "x");
    broken.scanned(List.of(half), Set.of("half"));
    broken.scanned(List.of(), Set.of());
    broken.scanned(List.of(half), Set.of("half"));
    assertEquals(2, said.size());
  }

  @Test
  void whatALoadHasSaid_isNotSaidByTheScanAfterIt() {
    broken.saidOfLoad(
        "half", new ModelProblem(ModelFaultCode.MODEL_CHECKSUM_MISMATCH, "the worker says", "x"));
    broken.found(model("half", ModelFaultCode.MODEL_CHECKSUM_MISMATCH, "the scan says"));
    assertEquals(List.of(), said);
  }

  private static ScannedModel model(String id, ModelFaultCode code, String cause) {
    return new ScannedModel.Broken(
        id, "1", "test", "", "/models/" + id, new ModelProblem(code, cause, "x"), Optional.empty());
  }
}
