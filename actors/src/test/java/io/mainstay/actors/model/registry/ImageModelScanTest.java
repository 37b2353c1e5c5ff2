package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelDescriptor.Component;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageModelScanTest {
  @TempDir Path root;
  private ModelFolder folder;
  private Path directory;

  @BeforeEach
  void model() throws Exception {
    folder = new ModelFolder(root);
    directory = DiffusersFolder.write(root.resolve("models/drawn"));
  }

  @Test
  void scan_whenTheLayoutHasNoManifest_derivesOne() {
    ModelDescriptor model = sound();

    assertEquals("drawn", model.id());
    assertEquals("text-to-image", model.kind());
    assertEquals(
        List.of("text_encoder", "unet", "vae_decoder"),
        model.components().stream().map(Component::name).toList());
    assertEquals(14, model.components().get(1).opset());
    assertEquals(directory.resolve("tokenizer/tokenizer.json"), model.tokenizer());
    assertEquals(2 * model.bytes() + (256 << 20), model.memoryBytes());
    assertEquals(
        new ImageSignature(
            64,
            64,
            128,
            128,
            8,
            30,
            1000,
            7.5,
            1,
            4,
            4,
            0.5,
            16,
            directory.resolve("tokenizer"),
            directory.resolve("scheduler/scheduler_config.json")),
        model.image());
    assertEquals("NOASSERTION", model.licence());
  }

  @Test
  void scan_whenAFileOfADerivedModelChanges_givesItAnotherVersion() throws Exception {
    String before = sound().version();
    DiffusersFolder.text(
        directory, "scheduler/scheduler_config.json", "{\"num_train_timesteps\": 999}");

    assertNotEquals(before, sound().version());
  }

  @Test
  void scan_whenTheDecoderSaysNoScalingFactor_usesThePublishedOne() throws Exception {
    DiffusersFolder.text(
        directory, "vae_decoder/config.json", "{\"block_out_channels\": [8, 16, 32, 64]}");

    assertEquals(0.18215, sound().image().scalingFactor());
    assertEquals(8, sound().image().vaeFactor());
    assertEquals(4, sound().image().latentChannels(), "of the UNet");
  }

  @Test
  void scan_whenItHasAManifest_takesLimitsTraitsAndLoadOrderFromIt() throws Exception {
    DiffusersFolder.text(
        directory,
        "model.conf",
        DiffusersFolder.manifest(directory, "mine")
            + "fallbacks = [{ relation = alternative-format, model = mine-fp16 },"
            + " { relation = component, model = other, component = vae_decoder }]");

    ModelDescriptor model = sound();

    assertEquals("mine", model.id());
    assertEquals(96, model.image().heightMax());
    assertEquals(5.0, model.image().guidance());
    assertEquals(List.of("text-to-image", "shapes"), model.traits().capabilities());
    assertEquals("fp32", model.traits().precision());
    assertEquals(
        List.of(
            new Fallback(Fallback.Relation.ALTERNATIVE_FORMAT, "mine-fp16", ""),
            new Fallback(Fallback.Relation.COMPONENT, "other", "vae_decoder")),
        model.traits().fallbacks());
    assertEquals("text_encoder", model.components().get(0).name(), "by load-order, not by files");
  }

  @Test
  void scan_whenAComponentIsMissing_namesIt() throws Exception {
    Files.delete(directory.resolve("vae_decoder/model.onnx"));
    assertBroken("model_component_missing", "vae_decoder/model.onnx");

    DiffusersFolder.write(directory, "vae_decoder", "vae_decoder", 14);
    Files.delete(directory.resolve("scheduler/scheduler_config.json"));
    assertBroken("model_component_missing", "scheduler/scheduler_config.json");
  }

  @Test
  void scan_whenTheManifestListsAComponentThatIsGone_namesIt() throws Exception {
    String manifest = DiffusersFolder.manifest(directory, "mine");
    DiffusersFolder.text(directory, "model.conf", manifest);
    Files.delete(directory.resolve("unet/model.onnx"));
    assertBroken("model_component_missing", "the component unet");

    DiffusersFolder.text(
        directory,
        "model.conf",
        manifest
            .replace("name = unet", "name = transformer")
            .replace("[text_encoder, unet, vae_decoder]", "[]"));
    assertBroken("model_component_missing", "lists no component unet");
  }

  @Test
  void scan_whenAComponentIsTruncated_saysSo() throws Exception {
    Path unet = directory.resolve("unet/model.onnx");
    byte[] whole = Files.readAllBytes(unet);
    Files.write(unet, Arrays.copyOf(whole, whole.length - 5));

    assertBroken("model_file_truncated", "unet/model.onnx is cut short");
  }

  @Test
  void scan_whenComponentsAreSwapped_namesBoth() throws Exception {
    DiffusersFolder.write(directory, "unet", "vae_decoder", 14);
    DiffusersFolder.write(directory, "vae_decoder", "unet", 14);

    assertBroken(
        "model_component_mismatch",
        "the component unet, ",
        "it takes [latent_sample float32] and gives [sample float32]",
        "a unet takes [sample float32, timestep int64, encoder_hidden_states float32]",
        "it is the graph of a vae_decoder");
  }

  @Test
  void scan_whenAnInputHasAnotherType_saysWhichIsWanted() throws Exception {
    Files.write(
        directory.resolve("text_encoder/model.onnx"),
        OnnxBytes.graph(14, List.of("input_ids:6"), List.of("last_hidden_state:1")));

    assertBroken("model_component_mismatch", "input_ids int32", "input_ids int64");
  }

  @Test
  void scan_whenTheOperatorSetIsNotSupported_namesComponentFoundAndSupported() throws Exception {
    DiffusersFolder.write(directory, "unet", "unet", 27);
    assertBroken("model_opset_unsupported", "the component unet", "operator set 27", "7 to 26");

    DiffusersFolder.write(directory, "unet", "unet", 6);
    assertBroken("model_opset_unsupported", "operator set 6");
  }

  @Test
  void scan_whenALinkLeavesTheDirectory_refusesItUnread() throws Exception {
    Path unet = directory.resolve("unet/model.onnx");
    Files.delete(unet);
    Files.createSymbolicLink(unet, Path.of("/dev/zero"));
    assertBroken("model_file_outside_directory", "is a link to /dev/zero");

    Files.delete(unet);
    DiffusersFolder.write(directory, "unet", "unet", 14);
    Path config = directory.resolve("unet/config.json");
    Files.move(config, root.resolve("elsewhere.json"));
    Files.createSymbolicLink(config, root.resolve("elsewhere.json"));
    assertBroken("model_file_outside_directory", "unet/config.json is a link to");
  }

  @Test
  void scan_whenAConfigurationSaysNonsense_namesFileFieldAndBound() throws Exception {
    DiffusersFolder.text(directory, "unet/config.json", "{\"sample_size\": 0}");
    assertBroken("model_manifest_invalid", "unet/config.json", "sample_size is 0");

    DiffusersFolder.text(directory, "unet/config.json", "not json");
    assertBroken("model_manifest_invalid", "unet/config.json is no JSON object");
  }

  @Test
  void scan_whenTheManifestsLimitsContradict_namesThem() throws Exception {
    String manifest = DiffusersFolder.manifest(directory, "mine");
    DiffusersFolder.text(
        directory, "model.conf", manifest.replace("width = 64, height", "width = 60, height"));
    assertBroken("model_manifest_invalid", "image.width is 60 px", "a multiple of 8");

    DiffusersFolder.text(directory, "model.conf", manifest.replace("steps = 30", "steps = 2000"));
    assertBroken("model_manifest_invalid", "image.steps is 2000", "from 1 to 1000");

    DiffusersFolder.text(
        directory, "model.conf", manifest.replace("multiple-of = 8", "multiple-of = 2"));
    assertBroken("model_manifest_invalid", "image.multiple-of is 2 px", "4 px of each");
  }

  @Test
  void scan_whenADirectoryHoldsNoModel_doesNotReportIt() throws Exception {
    DiffusersFolder.text(root.resolve("models/training"), "train.py", "pass");
    DiffusersFolder.text(root.resolve("models/training/data"), "prompts.txt", "a circle");

    assertEquals(1, folder.scanner().scan().size());
  }

  @Test
  void scan_whenSafetyOrUpscalingModel_readsItsSignature() throws Exception {
    Path safety = root.resolve("models/guard");
    byte[] classifier = OnnxBytes.graph(14, List.of("image:1"), List.of("scores:1"));
    folder.model(
        "guard",
        classifier,
        plain("guard", "safety", "classifier", classifier)
            + "safety { width = 64, height = 32, classes = [safe, warning_sign] }");
    Files.deleteIfExists(safety.resolve("policy.json"));
    assertBroken(found("guard"), "model_component_missing", "policy.json");
    DiffusersFolder.text(safety, "policy.json", "{\"version\": 1}");
    byte[] scale = OnnxBytes.graph(14, List.of("image:1"), List.of("upscaled:1"));
    folder.model(
        "larger", scale, plain("larger", "upscaling", "x2", scale) + "upscale { scales = [2] }");

    ModelDescriptor guard = sound("guard");
    assertEquals(List.of("safe", "warning_sign"), guard.safety().classes());
    assertEquals(32, guard.safety().height());
    assertEquals(safety.resolve("policy.json"), guard.safety().policy());
    assertEquals(List.of(2), sound("larger").upscale().scales());

    folder.model(
        "larger", scale, plain("larger", "upscaling", "x2", scale) + "upscale { scales = [2, 4] }");
    assertBroken(found("larger"), "model_component_missing", "no component x4");
  }

  private static String plain(String id, String kind, String component, byte[] graph) {
    return ModelFolder.manifest(id, ModelFolder.sha256(graph), graph.length)
        .replace("kind = test", "kind = " + kind)
        .replace("name = model", "name = " + component);
  }

  private ModelDescriptor sound() {
    return assertInstanceOf(ScannedModel.Sound.class, folder.scanner().scan().get(0)).descriptor();
  }

  private ModelDescriptor sound(String id) {
    return assertInstanceOf(ScannedModel.Sound.class, found(id)).descriptor();
  }

  private ScannedModel found(String id) {
    return folder.scanner().scan().stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void assertBroken(String code, String... parts) {
    assertBroken(folder.scanner().scan().get(0), code, parts);
  }

  private void assertBroken(ScannedModel model, String code, String... parts) {
    ScannedModel.Broken broken = assertInstanceOf(ScannedModel.Broken.class, model);
    assertEquals(code, broken.problem().code().code(), broken.problem().text());
    for (String part : parts) {
      assertTrue(broken.problem().cause().contains(part), broken.problem().text());
    }
    assertTrue(broken.problem().remedy().length() > 10, broken.problem().text());
    assertTrue(broken.problem().code().blamesFile() || code.endsWith("invalid"));
  }
}
