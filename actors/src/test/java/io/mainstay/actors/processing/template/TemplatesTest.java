package io.mainstay.actors.processing.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.Workflow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
  private final Templates templates =
      new Templates(new TemplateDefaults("minilm", 16, 64, TextToImageTemplateTest.defaults()));

  private Refusal refusal(String template, Param... params) {
    return assertInstanceOf(
            Templates.Checked.Invalid.class, templates.check(template, List.of(params)))
        .refusal();
  }

  @Test
  void check_withoutParameters_takesTheDefaults() {
    assertEquals(
        new Workflow.TextEmbedding("minilm", 16), templates.parse("text-embedding", List.of()));
  }

  @Test
  void check_withParameters_takesThem() {
    assertEquals(
        new Workflow.TextEmbedding("bert", 64),
        templates.parse(
            "text-embedding", List.of(new Param("model", "bert"), new Param("batch-size", "64"))));
  }

  @Test
  void check_whenTheTemplateIsUnknown_namesTheKnownAndTheClosest() {
    Refusal refusal = refusal("text-embeding");
    assertEquals("unknown_template", refusal.code());
    assertTrue(refusal.remedy().startsWith("Did you mean 'text-embedding'?"), refusal.remedy());
    Refusal far = refusal("image-generation-xxl");
    assertTrue(far.remedy().endsWith("text-embedding, text-to-image, image-enhance"), far.remedy());
    assertThrows(Refusal.class, () -> templates.parse("", List.of()));
  }

  @Test
  void check_whenAParameterIsUnknown_namesTheKnownAndTheClosest() {
    Refusal refusal = refusal("text-embedding", new Param("batchsize", "4"));
    assertEquals("unknown_parameter", refusal.code());
    assertTrue(refusal.remedy().contains("'batch-size'"), refusal.remedy());
    assertTrue(refusal.remedy().contains("model, batch-size"), refusal.remedy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65", "-1", "4.5", "many", "", "99999999999"})
  void check_whenTheBatchSizeIsNoGood_namesValueAndBounds(String size) {
    Refusal refusal = refusal("text-embedding", new Param("batch-size", size));
    assertEquals("invalid_parameter", refusal.code());
    assertTrue(refusal.getMessage().contains("'" + size + "'"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("1 to 64"), refusal.getMessage());
  }

  @Test
  void check_whenAParameterIsGivenTwiceOrEmpty_isRefused() {
    assertEquals(
        "invalid_parameter",
        refusal("text-embedding", new Param("model", "a"), new Param("model", "b")).code());
    assertEquals("invalid_parameter", refusal("text-embedding", new Param("model", " ")).code());
  }

  @Test
  void closestName_distances() {
    assertEquals(0, ClosestName.distance("Model", "model"));
    assertEquals(3, ClosestName.distance("kitten", "sitting"));
    assertEquals(5, ClosestName.distance("", "model"));
    assertEquals(Optional.empty(), ClosestName.of("zzzzzz", List.of("model")));
  }
}
