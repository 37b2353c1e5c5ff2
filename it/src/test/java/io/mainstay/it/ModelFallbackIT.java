package io.mainstay.it;

import static io.mainstay.it.PictureStage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.it.Prompts.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with a bad component, and models that fit no device: what makes the pictures then. */
class ModelFallbackIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DECODER = "vae_decoder/model.onnx";
  private static final String LENT_BY_FP16 =
      "{ relation = component, model = shapes-64-fp16, component = vae_decoder }";
  private static final List<Scene> SCENES =
      List.of(
          new Scene("red", "circle", "blue"),
          new Scene("green", "square", "white"),
          new Scene("blue", "square", "orange"),
          new Scene("purple", "square", "green"));

  @TempDir static Path directory;
  private static PictureStage stage;
  private static Path prompts;

  @BeforeAll
  static void start() throws IOException {
    ModelCopies copies = new ModelCopies(directory.resolve("data/models"));
    copies.of("shapes-64-small", "shapes-64-small").truncated(DECODER);
    copies.of("shapes-64", "other-format").truncated("unet/model.onnx");
    copies.of("shapes-64", "alone").fallingBackTo().truncated(DECODER);
    copies
        .of("shapes-64", "other-latents")
        .replaced("vae_decoder/config.json", "0.8107380012852184", "0.9107380012852184");
    copies
        .of("shapes-64", "misfit")
        .fallingBackTo(
            "{ relation = component, model = other-latents, component = vae_decoder }",
            "{ relation = similar, model = shapes-64 }")
        .truncated(DECODER);
    copies.of("shapes-64", "refused").fallingBackTo(LENT_BY_FP16).replaced(DECODER, "Conv", "Conx");
    copies
        .of("shapes-64", "huge")
        .fallingBackTo("{ relation = basic, model = shapes-64 }")
        .needing("64 GiB");
    copies.of("shapes-64", "huge-alone").fallingBackTo().needing("64 GiB");
    stage = PictureStage.start(directory);
    prompts = Prompts.write(directory.resolve("prompts.txt"), SCENES);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** Makes the pictures, which must be good, and answers the receipt. */
  private static JsonNode drawn(String model, String strategy, String... words) throws Exception {
    JsonNode session =
        stage.submit(4, model, "text-to-image", prompts, "model=" + model, "batch-size=4");
    assertEquals("completed", session.get("state").asText(), session.toString());
    List<Path> files = PictureFiles.in(directory.resolve(model));
    assertEquals(SCENES.size(), files.size(), files.toString());
    List<Scene> seen = new ArrayList<>();
    for (Path file : files) {
      seen.add(PictureRule.seen(PictureFiles.read(file)));
    }
    seen.removeIf(SCENES::contains);
    assertTrue(seen.size() <= 1, "what was not asked for: " + seen);
    JsonNode receipt = JSON.readTree(Files.readString(directory.resolve(model + "/manifest.json")));
    for (JsonNode degradations :
        List.of(session.get("degradations"), receipt.get("degradations"))) {
      List<String> said = new ArrayList<>();
      degradations.forEach(what -> said.add(what.asText()));
      said.removeIf(what -> !what.startsWith(strategy + ": "));
      assertEquals(1, said.size(), degradations.toString());
      for (String word : words) {
        assertTrue(said.get(0).contains(word), "'" + word + "' is in " + said);
      }
    }
    return receipt;
  }

  private static void assertMixed(JsonNode receipt, String model) throws IOException {
    JsonNode named = receipt.get("model");
    assertEquals(model + "+vae_decoder:shapes-64-fp16", named.get("id").asText());
    for (JsonNode component : named.get("components")) {
      assertEquals(
          component.get("name").asText().equals("vae_decoder") ? "shapes-64-fp16" : "",
          component.path("takenFrom").asText(),
          component.toString());
    }
    String decoder =
        ModelCopies.sha256(
            Files.readAllBytes(Mainstay.HOME.resolve("runtime/models/shapes-64-fp16/" + DECODER)));
    for (JsonNode fingerprint : receipt.get("fingerprints")) {
      assertTrue(
          fingerprint.asText().contains("model=" + named.get("id").asText() + "@"),
          fingerprint.asText());
      assertTrue(fingerprint.asText().contains(decoder), fingerprint.asText());
    }
  }

  @Test
  void decoderCutShort_isTakenFromASibling_andTheReceiptSaysSo() throws Exception {
    JsonNode receipt =
        drawn(
            "shapes-64-small",
            "model_component_substitution",
            "model 'shapes-64-small' could not be loaded",
            DECODER + " is cut short",
            "compatible vae_decoder of shapes-64-fp16");
    assertMixed(receipt, "shapes-64-small");
    stage.submit(4, "again", "text-to-image", prompts, "model=shapes-64-small", "batch-size=4");
    Map<String, byte[]> again = PictureFiles.bytes(directory.resolve("again"));
    PictureFiles.bytes(directory.resolve("shapes-64-small"))
        .forEach((name, bytes) -> assertArrayEquals(bytes, again.get(name), name));
    JsonNode mixed = stage.json(0, "models", "show", "shapes-64-small+vae_decoder:shapes-64-fp16");
    assertEquals("loaded", mixed.get("model").get("state").asText(), mixed.toString());
  }

  @Test
  void decoderThatTheWorkerRefuses_isTakenFromASibling() throws Exception {
    assertMixed(
        drawn("refused", "model_component_substitution", "model 'refused' could not be loaded"),
        "refused");
  }

  @Test
  void otherFormat_isNearerThanAnyComponent() throws Exception {
    JsonNode receipt = drawn("other-format", "alternative_model_format", "unet/model.onnx");
    assertEquals("shapes-64-fp16", receipt.get("model").get("id").asText());
  }

  @Test
  void componentThatDoesNotFit_isPassedOverForTheNextLevel() throws Exception {
    JsonNode receipt = drawn("misfit", "similar_capability_model", DECODER);
    assertEquals("shapes-64", receipt.get("model").get("id").asText());
    assertTrue(
        stage
            .json(0, "models", "show", "misfit")
            .toString()
            .contains("its latents have 4 channels, 4 px, scaling 0.91"),
        "why it was passed over");
  }

  @Test
  void nothingStandsIn_isOneClearRefusal() throws Exception {
    assertRefused(
        stage.cli(
            "submit", "text-to-image", "--input", prompts.toString(), "--param", "model=alone"),
        "alone/" + DECODER);
  }

  @Test
  void modelThatFitsNoDevice_isReplacedBySmaller_elseRefusedBeforeAnythingIsLoaded()
      throws Exception {
    JsonNode receipt = drawn("huge", "basic_functionality_model", "needs 65536.0 MiB");
    assertEquals("shapes-64", receipt.get("model").get("id").asText());
    assertRefused(
        stage.cli(
            "submit",
            "text-to-image",
            "--input",
            prompts.toString(),
            "--param",
            "model=huge-alone"),
        "huge-alone needs 65536.0 MiB",
        "memory-budget");
  }
}
