package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.ModelDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelScannerTest {
  private static final String MINILM = "all-minilm-l6-v2-q";

  @TempDir Path root;
  private ModelFolder folder;

  @BeforeEach
  void folder() {
    folder = new ModelFolder(root);
  }

  @Test
  void scan_whenModelIsSound_describesIt() throws Exception {
    Path directory = folder.sound("tiny");

    ModelDescriptor model =
        assertInstanceOf(ScannedModel.Sound.class, scan().get("tiny")).descriptor();

    assertEquals(10 << 20, model.memoryBytes());
    assertEquals(
        directory.toAbsolutePath().resolve("model.onnx"), model.components().get(0).path());
    assertTrue(model.batchInvariant());
    assertEquals("test", model.kind());
  }

  @Test
  void scan_whenFilesAreBroken_namesEachKindAndListsTheOthers() throws Exception {
    byte[] sound = OnnxBytes.model();
    byte[] cut = Arrays.copyOf(sound, sound.length - 3);
    byte[] text = "not a model".getBytes(StandardCharsets.UTF_8);
    byte[] longer = Arrays.copyOf(sound, sound.length + 2);
    longer[sound.length] = 8;
    longer[sound.length + 1] = 8;
    byte[] changed = sound.clone();
    changed[5] ^= 1;
    String asSound = ModelFolder.sha256(sound);
    folder.sound("a-sound");
    folder.model("b-cut", cut, ModelFolder.manifest("b-cut", asSound, sound.length));
    folder.model("c-text", text, ModelFolder.manifest("c-text", asSound, sound.length));
    folder.model("d-empty", new byte[0], ModelFolder.manifest("d-empty", asSound, sound.length));
    folder.model("e-changed", changed, ModelFolder.manifest("e-changed", asSound, sound.length));
    folder.model("f-longer", longer, ModelFolder.manifest("f-longer", asSound, sound.length));
    folder.model("g-short", sound, ModelFolder.manifest("g-short", asSound, sound.length + 10));
    Files.delete(folder.sound("h-missing").resolve("model.onnx"));
    Files.delete(folder.sound("i-bare").resolve("model.conf"));
    folder.model("j-manifest", sound, "id = j-manifest\nversion = ");
    folder.model("k-field", sound, ModelFolder.manifest("k-field", "abc", sound.length));
    Files.createDirectories(root.resolve("models/l-unrelated"));

    Map<String, ScannedModel> found = scan();

    assertInstanceOf(ScannedModel.Sound.class, found.get("a-sound"));
    assertBroken(found, "b-cut", "model_file_truncated", "is cut short");
    assertBroken(found, "c-text", "model_not_onnx", "is not an ONNX model");
    assertBroken(found, "d-empty", "model_file_truncated", "the file is empty");
    assertBroken(found, "e-changed", "model_checksum_mismatch", asSound);
    assertBroken(found, "f-longer", "model_size_mismatch", "its manifest says " + sound.length);
    assertBroken(found, "g-short", "model_file_truncated", "has " + sound.length + " bytes");
    assertBroken(found, "h-missing", "model_file_missing", "is not there");
    assertBroken(found, "i-bare", "model_manifest_missing", "no model.conf");
    assertBroken(found, "j-manifest", "model_manifest_invalid", "model.conf is no manifest");
    assertBroken(found, "k-field", "model_manifest_invalid", "64 hex digits");
    assertEquals(11, found.size());
  }

  @Test
  void scan_whenLinksLeaveTheDirectory_refusesThem() throws Exception {
    Path outside = Files.write(root.resolve("outside.onnx"), OnnxBytes.model());
    Path linked = folder.sound("linked-file").resolve("model.onnx");
    Files.delete(linked);
    Files.createSymbolicLink(linked, outside);
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    Files.write(elsewhere.resolve("model.onnx"), OnnxBytes.model());
    Files.createSymbolicLink(root.resolve("models/linked-directory"), elsewhere);
    byte[] external = OnnxBytes.modelWithExternalData("../outside.onnx");
    folder.model(
        "external",
        external,
        ModelFolder.manifest("external", ModelFolder.sha256(external), external.length));
    byte[] sound = OnnxBytes.model();
    folder.model(
        "climbing",
        sound,
        ModelFolder.manifest("climbing", ModelFolder.sha256(sound), sound.length)
            .replace("model.onnx", "\"../../outside.onnx\""));

    Map<String, ScannedModel> found = scan();

    assertBroken(found, "linked-file", "model_file_outside_directory", "is a link to");
    assertBroken(found, "linked-directory", "model_file_outside_directory", "is a link to");
    assertBroken(found, "external", "model_file_outside_directory", "'../outside.onnx'");
    assertBroken(found, "climbing", "model_manifest_invalid", "a path below the directory");
  }

  @Test
  void scan_whenExternalDataIsBesideIt_isSound() throws Exception {
    byte[] external = OnnxBytes.modelWithExternalData("weights.bin");
    Path directory =
        folder.model(
            "external",
            external,
            ModelFolder.manifest("external", ModelFolder.sha256(external), external.length));
    assertBroken(scan(), "external", "model_file_missing", "weights.bin");

    Files.write(directory.resolve("weights.bin"), new byte[16]);

    assertInstanceOf(ScannedModel.Sound.class, scan().get("external"));
  }

  @Test
  void scan_whenBundled_writesItsFilesOnceAndFindsThemAgain() throws Exception {
    ScannedModel first = folder.scanner(MINILM).scan().get(0);

    ModelDescriptor model = assertInstanceOf(ScannedModel.Sound.class, first).descriptor();
    Path file = model.components().get(0).path();
    assertEquals(22_972_370, Files.size(file));
    assertEquals(711_661, Files.size(model.tokenizer()));
    assertEquals(384, model.text().dimensions());
    assertEquals(root.resolve("cache/models/" + MINILM + "/1/model.onnx"), file);
    Object inode = Files.getAttribute(file, "unix:ino");

    assertEquals(first, folder.scanner(MINILM).scan().get(0));
    assertEquals(inode, Files.getAttribute(file, "unix:ino"));
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertEquals(2, left.count(), "no temporary file is left");
    }
  }

  @Test
  void scan_whenACachedFileWasDamaged_writesItAgain() throws Exception {
    folder.scanner(MINILM).scan();
    Path file = root.resolve("cache/models/" + MINILM + "/1/tokenizer.json");
    byte[] good = Files.readAllBytes(file);
    byte[] damaged = good.clone();
    damaged[1000] ^= 1;
    Files.write(file, damaged);

    assertInstanceOf(ScannedModel.Sound.class, folder.scanner(MINILM).scan().get(0));
    assertTrue(Arrays.equals(good, Files.readAllBytes(file)));
  }

  @Test
  void scan_whenTheBundleIsNotOnTheClassPath_saysSo() {
    ScannedModel.Broken broken =
        assertInstanceOf(ScannedModel.Broken.class, folder.scanner("no-such-model").scan().get(0));

    assertEquals("no-such-model", broken.id());
    assertEquals("model_manifest_missing", broken.problem().code().code());
    assertTrue(broken.problem().remedy().contains("mainstay.model.bundled"));
  }

  @Test
  void again_whenTheFileWasReplacedSinceTheScan_findsIt() throws Exception {
    Path directory = folder.sound("tiny");
    ModelScanner scanner = folder.scanner();
    ModelDescriptor model = ((ScannedModel.Sound) scanner.scan().get(0)).descriptor();
    byte[] changed = OnnxBytes.model();
    changed[5] ^= 1;
    Files.write(directory.resolve("model.onnx"), changed);

    ScannedModel again = scanner.again(model);

    assertEquals(
        "model_checksum_mismatch",
        assertInstanceOf(ScannedModel.Broken.class, again).problem().code().code());
  }

  @Test
  void distrust_makesTheNextLookReadTheFileThoughItsMarkerHolds() throws Exception {
    Path file = folder.sound("tiny").resolve("model.onnx");
    ModelScanner scanner = folder.scanner();
    ModelDescriptor model = ((ScannedModel.Sound) scanner.scan().get(0)).descriptor();
    FileTime before = Files.getLastModifiedTime(file);
    byte[] changed = OnnxBytes.model();
    changed[5] ^= 1;
    Files.write(file, changed);
    Files.setLastModifiedTime(file, before);
    assertInstanceOf(ScannedModel.Sound.class, scanner.again(model), "the marker still holds");

    scanner.distrust(model);

    assertInstanceOf(ScannedModel.Broken.class, scanner.again(model));
  }

  private Map<String, ScannedModel> scan() throws IOException {
    List<ScannedModel> scanned = folder.scanner().scan();
    return scanned.stream().collect(Collectors.toMap(ScannedModel::id, model -> model));
  }

  private static void assertBroken(
      Map<String, ScannedModel> found, String id, String code, String part) {
    ScannedModel.Broken broken = assertInstanceOf(ScannedModel.Broken.class, found.get(id), id);
    assertEquals(code, broken.problem().code().code(), broken.problem().text());
    assertTrue(broken.problem().cause().contains(part), broken.problem().text());
    assertTrue(broken.problem().remedy().length() > 10, broken.problem().text());
  }
}
