package io.mainstay.actors.processing.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.PictureOperation.FormatConversion;
import io.mainstay.persistence.session.PictureOperation.SafetyCheck;
import io.mainstay.persistence.session.PictureOperation.Upscaling;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters of the picture templates. */
class TextToImageTemplateTest {
  private final Templates templates =
      new Templates(new TemplateDefaults("minilm", 16, 64, defaults()));

  /** Defaults for tests of templates. */
  static PictureDefaults defaults() {
    return new PictureDefaults(
        "shapes",
        4,
        16,
        1,
        2,
        "upscaler",
        "lanczos",
        "signs",
        1000,
        50,
        1024,
        100,
        Duration.ofHours(1));
  }

  private Refusal refusal(String template, String key, String value) {
    return assertInstanceOf(
            Templates.Checked.Invalid.class,
            templates.check(template, List.of(new Param(key, value))))
        .refusal();
  }

  @Test
  void textToImage_withoutParameters_leavesToTheModelWhatItKnows() {
    assertEquals(
        new Workflow.TextToImage(
            "shapes", 0, 0, 0, 0, -1, "", null, "", List.of(new FormatConversion("png")), 0),
        templates.parse("text-to-image", List.of()));
  }

  @Test
  void textToImage_withParameters_takesThem() {
    assertEquals(
        new Workflow.TextToImage(
            "mine",
            2,
            128,
            64,
            8,
            1.5,
            "euler",
            7L,
            "blue",
            List.of(
                new Upscaling("lanczos", 4),
                new SafetyCheck("rules", ""),
                new FormatConversion("png")),
            90_000),
        templates.parse(
            "text-to-image",
            List.of(
                new Param("model", "mine"),
                new Param("batch-size", "2"),
                new Param("width", "128"),
                new Param("height", "64"),
                new Param("steps", "8"),
                new Param("guidance", "1.5"),
                new Param("scheduler", "euler"),
                new Param("seed", "7"),
                new Param("negative-prompt", "blue"),
                new Param("upscale", "4"),
                new Param("upscale-model", "lanczos"),
                new Param("safety", "rules"),
                new Param("format", "png"),
                new Param("deadline", "90s"))));
  }

  @ParameterizedTest
  @CsvSource({
    "steps,0",
    "steps,10000",
    "steps,ten",
    "guidance,NaN",
    "guidance,Infinity",
    "guidance,-1",
    "guidance,51",
    "width,0",
    "width,100000",
    "width,60",
    "height,63",
    "batch-size,17",
    "scheduler,heun",
    "seed,-1",
    "upscale,3",
    "upscale-model,lanczos",
    "format,gif",
    "deadline,0s",
    "deadline,2h",
    "deadline,soon",
    "model,''",
    "safety,' '",
    "safety-strictness,lenient"
  })
  void textToImage_whenAParameterIsNoGood_namesItWithARemedy(String key, String value) {
    Refusal refusal = refusal("text-to-image", key, value);
    assertEquals("invalid_parameter", refusal.code());
    assertTrue(refusal.getMessage().contains("'" + key + "'"), refusal.getMessage());
    assertTrue(refusal.remedy().length() > 5, refusal.remedy());
  }

  @Test
  void textToImage_whenTheNegativePromptIsTooLong_namesTheSetting() {
    Refusal refusal = refusal("text-to-image", "negative-prompt", "x".repeat(101));
    assertTrue(refusal.getMessage().contains("prompt-max is 100"), refusal.getMessage());
  }

  @Test
  void imageEnhance_withoutParameters_upscalesAndChecks() {
    assertEquals(
        new Workflow.ImageEnhance(
            1,
            List.of(
                new Upscaling("lanczos", 2),
                new SafetyCheck("signs", ""),
                new FormatConversion("png")),
            0),
        templates.parse("image-enhance", List.of()));
  }

  @Test
  void textToImage_withStrictness_checksByTheNodesModel() {
    Workflow.TextToImage workflow =
        (Workflow.TextToImage)
            templates.parse("text-to-image", List.of(new Param("safety-strictness", "strict")));
    assertEquals(
        List.of(new SafetyCheck("signs", "strict"), new FormatConversion("png")),
        workflow.operations());
  }

  @Test
  void imageEnhance_strictnessWithoutACheck_isRefused() {
    Templates.Checked checked =
        templates.check(
            "image-enhance",
            List.of(
                new Param("operations", "upscaling"), new Param("safety-strictness", "strict")));
    assertTrue(
        assertInstanceOf(Templates.Checked.Invalid.class, checked)
            .refusal()
            .getMessage()
            .contains("names no safety_check"));
  }

  @Test
  void imageEnhance_keepsTheOrderOfTheOperations() {
    assertEquals(
        new Workflow.ImageEnhance(
            2, List.of(new SafetyCheck("signs", ""), new Upscaling("upscaler", 4)), 0),
        templates.parse(
            "image-enhance",
            List.of(
                new Param("operations", "safety_check, upscaling"),
                new Param("scale", "4"),
                new Param("upscale-model", "upscaler"),
                new Param("batch-size", "2"))));
  }

  @ParameterizedTest
  @CsvSource({
    "operations,sharpening",
    "operations,''",
    "operations,'upscaling,upscaling'",
    "scale,1",
    "steps,3"
  })
  void imageEnhance_whenAParameterIsNoGood_namesIt(String key, String value) {
    Refusal refusal = refusal("image-enhance", key, value);
    assertTrue(refusal.getMessage().contains("'" + key + "'"), refusal.getMessage());
  }

  @Test
  void imageEnhance_scaleWithoutUpscaling_isRefused() {
    Templates.Checked checked =
        templates.check(
            "image-enhance",
            List.of(new Param("operations", "safety_check"), new Param("scale", "4")));
    assertTrue(
        assertInstanceOf(Templates.Checked.Invalid.class, checked)
            .refusal()
            .getMessage()
            .contains("names no upscaling"));
  }
}
