package io.mainstay.actors.recovery.action.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostprocessingModelsTest {
  private static final Alternatives.Candidate OTHER =
      new Alternatives.Candidate(3, "similar_capability_model", "other", "", "same kind");

  @Test
  void brokenModel_isUnusable_ifNothingStandsInForIt() {
    assertEquals(
        new Done("models of postprocessing: a loaded; b broken"),
        PostprocessingModels.verdict(List.of(detail("a", "loaded"), detail("b", "broken", OTHER))));
    assertEquals(
        new Failed("postprocessing_model_unusable", "nothing stands in for b, c"),
        PostprocessingModels.verdict(
            List.of(detail("a", "loaded"), detail("b", "broken"), detail("c", "broken"))));
    assertEquals(new Done("models of postprocessing: "), PostprocessingModels.verdict(List.of()));
  }

  private static ModelDetail detail(
      String id, String state, Alternatives.Candidate... alternatives) {
    return new ModelDetail(
        new ModelView(
            id, "1", "safety", state, List.of(), 1, 1, true, "", "", "", "", List.of(), 0, 0,
            List.of()),
        "",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        new Alternatives(id, List.of(alternatives), List.of()));
  }
}
