package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One candidate of each level, and two of the second: a component, and a whole model. */
class StandInChoiceTest {
  private static final Candidate FORMAT = candidate(1, "alternative_model_format", "m-onnx", "");
  private static final Candidate COMPONENT = candidate(2, "component", "m+vae", "vae");
  private static final Candidate WHOLE = candidate(2, "component", "m2", "");
  private static final Candidate SIMILAR = candidate(3, "similar_capability_model", "other", "");
  private static final Candidate SMALLER = candidate(4, "simplified_model", "small", "");
  private static final Candidate KERNEL = candidate(5, "non_ml_processing", "builtin", "resize");
  private static final Candidate RULES = candidate(5, "non_ml_processing", "", "rules");
  private static final Alternatives ALL =
      new Alternatives(
          "m",
          List.of(FORMAT, COMPONENT, WHOLE, SIMILAR, SMALLER, KERNEL, RULES),
          List.of(new Alternatives.Skipped(3, "broken", "it has no graph")));
  private static final Alternatives NONE = new Alternatives("m", List.of(), List.of());

  private static Candidate candidate(int level, String strategy, String id, String component) {
    return new Candidate(level, strategy, id, component, "why");
  }

  @Test
  void otherModels_areOfAllLevelsButThatOfNoModel() {
    assertEquals(
        List.of(FORMAT, COMPONENT, WHOLE, SIMILAR, SMALLER), StandInChoice.ofLevels(ALL, 1, 4));
    assertEquals(List.of(), StandInChoice.ofLevels(NONE, 1, 4));
  }

  @Test
  void otherComponents_areNoWholeModels() {
    assertEquals(List.of(COMPONENT), StandInChoice.ofLevels(ALL, 2, 2));
  }

  @Test
  void sameModel_isThatOfAnotherFormat_asPreciseOrNot() {
    assertEquals(Optional.of(FORMAT), StandInChoice.sameInAnotherFormat(ALL));
    assertEquals(Optional.empty(), StandInChoice.sameInAnotherFormat(NONE));
    assertTrue(StandInChoice.isAsPrecise("fp32"));
    assertFalse(StandInChoice.isAsPrecise("fp16"));
  }

  @Test
  void skippedOnes_areNamedWithWhy() {
    assertEquals(List.of("broken: it has no graph"), StandInChoice.skipped(ALL));
  }

  @Test
  void kernel_needsAWorker_rulesNeedNone() {
    assertEquals(Optional.of(KERNEL), StandInChoice.withoutModel(ALL));
    assertEquals(Optional.empty(), StandInChoice.withoutModel(NONE));
    assertEquals(
        new Done("resize does the work of m in the workers of [cpu-0]"),
        ModelSubstitution.withoutModel("m", KERNEL, List.of("cpu-0")));
    assertEquals(
        new Failed("no_device_serves", "no worker has the kernel resize"),
        ModelSubstitution.withoutModel("m", KERNEL, List.of()));
    assertEquals(
        new Done("rules does the work of m"),
        ModelSubstitution.withoutModel("m", RULES, List.of()));
  }
}
