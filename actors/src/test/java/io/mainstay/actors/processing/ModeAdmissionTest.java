package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each mode makes of new work. */
class ModeAdmissionTest {
  private static final Workflow.TextEmbedding TEXT = new Workflow.TextEmbedding("minilm", 16);

  private static ModeAdmission in(DegradationMode... modes) {
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    ModeRules rules = new ModeRules(settings, List.of("cpu-0"));
    Restrictions all = Restrictions.NONE;
    for (DegradationMode mode : modes) {
      all = all.and(rules.of(ModeKey.of(mode), Set.of(ModeTrigger.OPERATOR)));
    }
    return new ModeAdmission(all, Duration.ofSeconds(30));
  }

  private static Workflow.TextToImage image(
      int side, String scheduler, String negative, PictureOperation... operations) {
    return new Workflow.TextToImage(
        "shapes", 8, side, side, 30, 5, scheduler, null, negative, List.of(operations), 0);
  }

  private static void refused(DegradationMode mode, Workflow workflow, String operation) {
    Refusal why = in(mode).refusal(workflow, WorkClass.STANDARD).orElseThrow();
    assertEquals("operation_disabled", why.code());
    assertTrue(why.getMessage().startsWith(operation + " is off while " + mode.code()));
    assertTrue(why.remedy().contains("30000 ms"), why.remedy());
  }

  @Test
  void withoutModes_everythingIsAsAsked() {
    ModeAdmission normal = in();
    Workflow.TextToImage large = image(1024, "euler", "blurred");
    assertTrue(normal.refusal(large, WorkClass.BATCH).isEmpty());
    assertEquals(large, normal.adjusted(large, 8).workflow());
    assertTrue(normal.adjusted(large, 8).receipts().isEmpty());
  }

  @Test
  void minimalOperation_refusesWhatIsOff() {
    DegradationMode minimal = DegradationMode.MINIMAL_OPERATION_MODE;
    refused(minimal, image(520, "ddim", ""), "high_resolution_inference");
    refused(minimal, image(64, "ddim", "blurred"), "advanced_inference_features");
    PictureOperation.Upscaling simple = new PictureOperation.Upscaling("lanczos", 2);
    refused(minimal, image(64, "ddim", "", simple), "complex_workflows");
    refused(minimal, enhance(simple, simple), "multiple_postprocessing_steps");
    refused(minimal, enhance(new PictureOperation.Upscaling("x4", 2)), "complex_enhancement");
    refused(
        minimal, enhance(new PictureOperation.Upscaling("lanczos", 4)), "advanced_postprocessing");
    assertTrue(in(minimal).refusal(enhance(simple), WorkClass.STANDARD).isEmpty());
    assertTrue(in(minimal).refusal(image(512, "ddim", ""), WorkClass.STANDARD).isEmpty());
    assertTrue(in(minimal).refusal(TEXT, WorkClass.STANDARD).isEmpty());
    assertEquals(
        "operation_disabled", in(minimal).refusal(TEXT, WorkClass.BATCH).orElseThrow().code());
  }

  private static Workflow enhance(PictureOperation... operations) {
    return new Workflow.ImageEnhance(1, List.of(operations), 0);
  }

  @Test
  void minimalOperation_acceptsTheRest_oneByOne_withReceipts() {
    ModeAdmission.Adjusted text = in(DegradationMode.MINIMAL_OPERATION_MODE).adjusted(TEXT, 1);
    assertEquals(1, text.workflow().batchDocuments());
    assertEquals(
        List.of("degraded_mode: batch size 1 instead of 16 while minimal_operation_mode holds"),
        text.texts());
    ModeAdmission.Adjusted picture =
        in(DegradationMode.MINIMAL_OPERATION_MODE).adjusted(image(64, "ddim", ""), 8);
    // A mode has sessions take turns; that one waits for its turn is no reason to fail it.
    assertEquals(0, ((Workflow.Pictures) picture.workflow()).deadlineMillis());
    assertEquals(1, picture.texts().size());
  }

  @Test
  void conservation_makesPicturesSmaller_inTheModelsMultiples() {
    Workflow.TextToImage wide =
        new Workflow.TextToImage("m", 8, 1000, 504, 30, 5, "ddim", null, "", List.of(), 0);
    ModeAdmission.Adjusted smaller =
        in(DegradationMode.PERFORMANCE_CONSERVATION_MODE).adjusted(wide, 8);
    Workflow.TextToImage image = (Workflow.TextToImage) smaller.workflow();
    assertEquals(768, image.width());
    assertEquals(384, image.height());
    assertEquals(4, image.batchDocuments());
    assertEquals(0, image.deadlineMillis());
    assertTrue(smaller.texts().get(1).contains("768 x 384 instead of 1000 x 504"));
  }

  @Test
  void together_theStricterCounts() {
    ModeAdmission both =
        in(DegradationMode.PERFORMANCE_CONSERVATION_MODE, DegradationMode.MINIMAL_OPERATION_MODE);
    assertTrue(both.refusal(image(520, "ddim", ""), WorkClass.STANDARD).isPresent());
    assertEquals(1, both.adjusted(TEXT, 1).workflow().batchDocuments());
  }

  @Test
  void safetyFirst_takesNoCustomization() {
    refused(
        DegradationMode.SAFETY_FIRST_MODE, image(64, "ddim", "blurred"), "advanced_customization");
  }

  @Test
  void steps_haveMoreTime_neverBeyondTheStrictestCap() {
    Duration normal = Duration.ofSeconds(30);
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    ModeRules rules = new ModeRules(settings, List.of("cpu-0"));
    Restrictions saving =
        rules.of(ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE), Set.of());
    Restrictions minimal = rules.of(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE), Set.of());
    assertEquals(Duration.ofSeconds(45), StepTime.of(saving, normal));
    assertEquals(Duration.ofSeconds(60), StepTime.of(saving.and(minimal), Duration.ofSeconds(120)));
  }
}
