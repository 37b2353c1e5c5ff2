package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.session.Workflow;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReducedPrecisionTest {
  private static final ModeSettings SETTINGS = ModeSettings.of(ConfigFactory.load());
  private static final Restrictions SAVING =
      new ModeRules(SETTINGS, List.of("cpu-0"))
          .of(
              ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE),
              Set.of(ModeTrigger.MEMORY_PRESSURE_WARNING));
  private static final Workflow PICTURES =
      new Workflow.TextToImage("m", 1, 64, 64, 10, 5, "ddim", 1L, "", List.of(), 0);

  private static ModelDescriptor model(String id, String precision) {
    List<Fallback> fallbacks =
        List.of(
            new Fallback(Fallback.Relation.SIMILAR, "other", ""),
            new Fallback(Fallback.Relation.ALTERNATIVE_FORMAT, "m-fp16", ""));
    return new ModelDescriptor(
        id,
        "1",
        "text-to-image",
        List.of(),
        null,
        1,
        false,
        null,
        "",
        "",
        new ModelTraits(List.of(), precision, fallbacks));
  }

  @Test
  void candidates_areTheOtherFormatsOfTheModel_whileAModeDemandsIt() {
    ModelDescriptor model = model("m", "fp32");
    assertEquals(List.of("m-fp16"), ReducedPrecision.candidates(SAVING, PICTURES, model));
    assertEquals(List.of(), ReducedPrecision.candidates(Restrictions.NONE, PICTURES, model));
    assertEquals(
        List.of(), ReducedPrecision.candidates(SAVING, new Workflow.TextEmbedding("m", 1), model));
  }

  @Test
  void receipt_isGivenForALowerPrecisionOnly() {
    assertEquals(
        "degraded_mode: precision fp16 of m-fp16 instead of fp32 of m while"
            + " performance_conservation_mode holds",
        ReducedPrecision.receipt(SAVING, model("m", "fp32"), model("m-fp16", "fp16"))
            .orElseThrow()
            .text());
    assertTrue(
        ReducedPrecision.receipt(SAVING, model("m-fp16", "fp16"), model("m", "fp32")).isEmpty());
    assertTrue(ReducedPrecision.receipt(SAVING, model("m", ""), model("n", "fp16")).isEmpty());
  }
}
