package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.report.CachedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheInspectorTest {
  private static final String MINILM = "all-minilm-l6-v2-q";

  @TempDir Path root;
  private ModelFolder folder;
  private CacheInspector inspector;

  @BeforeEach
  void open() {
    folder = new ModelFolder(root);
    inspector = new CacheInspector(folder.settings(MINILM), getClass().getClassLoader());
  }

  @Test
  void damagedFileOfTheClassPath_isFoundWithoutBeingTouched_andMadeAnewWhenAsked()
      throws Exception {
    ScannedModel model = folder.scanner(MINILM).scan().get(0);
    CachedModel sound = inspector.inspect(model);
    assertFalse(sound.isDamaged(), sound.text());
    assertTrue(sound.bytes() > 22_972_370, "all of it was read: " + sound.text());

    Path file = root.resolve("cache/models/" + MINILM + "/1/tokenizer.json");
    byte[] good = Files.readAllBytes(file);
    byte[] damaged = good.clone();
    damaged[1000] ^= 1;
    Files.write(file, damaged);
    CachedModel found = inspector.inspect(model);
    assertEquals(List.of("tokenizer.json"), found.damaged());
    assertTrue(found.rebuildable());
    assertArrayEquals(damaged, Files.readAllBytes(file), "a look changes nothing");

    CacheInspector.Rebuilt rebuilt = inspector.rebuild(model);
    assertFalse(rebuilt.cached().isDamaged(), rebuilt.cached().text());
    assertInstanceOf(ScannedModel.Sound.class, rebuilt.now());
    assertArrayEquals(good, Files.readAllBytes(file));
  }

  @Test
  void originalInAModelsDirectory_isFoundDamaged_andNeverWritten() throws Exception {
    folder.sound("own");
    ScannedModel model = folder.scanner().scan().get(0);
    Path file = root.resolve("models/own/model.onnx");
    byte[] half = Arrays.copyOf(Files.readAllBytes(file), 5);
    Files.write(file, half);
    CachedModel found = inspector.inspect(model);
    assertTrue(found.isDamaged());
    assertFalse(found.rebuildable());
    assertTrue(found.problem().contains("model.onnx"), found.problem());
    assertInstanceOf(ScannedModel.Broken.class, inspector.rebuild(model).now());
    assertArrayEquals(half, Files.readAllBytes(file));
  }
}
