package io.mainstay.it;

import static io.mainstay.it.PictureStage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.client.Submission;
import io.mainstay.it.Prompts.Scene;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users of pictures get wrong: one clear message with cause and remedy each, and the same
 * workers before and after.
 */
class PictureBadInputIT {
  @TempDir static Path directory;
  private static PictureStage stage;
  private static List<String> workers;

  @BeforeAll
  static void start() throws IOException {
    BrokenPictureModels.write(directory.resolve("data/models"), directory.resolve("elsewhere"));
    // So much is damaged here on purpose that the node would save its strength.
    stage = PictureStage.start(directory, "mainstay.escalation.multiple-critical.errors = 1000");
    workers = stage.workers();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @AfterEach
  void noWorkerDied() {
    assertEquals(workers, stage.workers(), "the same worker processes");
    assertEquals(0, stage.client().status().workerRestarts());
  }

  private static Path prompts(String name) throws IOException {
    return Prompts.write(directory.resolve(name), List.of(new Scene("red", "circle", "blue")));
  }

  private static Mainstay.Result submit(String template, Path input, String... params)
      throws Exception {
    List<String> args = new ArrayList<>(List.of("submit", template, "--input", input.toString()));
    for (String param : params) {
      args.addAll(List.of("--param", param));
    }
    return stage.cli(args.toArray(String[]::new));
  }

  @Test
  void prompts_whenEmpty() throws Exception {
    assertRefused(
        submit("text-to-image", Files.createFile(directory.resolve("empty.txt"))), "empty");
  }

  @Test
  void prompt_whenOf100Kilobytes_namesTheLine() throws Exception {
    Path file = directory.resolve("long.txt");
    Files.writeString(file, "a red circle\n" + "a very ".repeat(15_000) + "red circle\n");
    assertRefused(submit("text-to-image", file), "line 2", "105010");
  }

  @Test
  void prompts_whenNotUtf8_namesTheByte() throws Exception {
    Path file = directory.resolve("latin1.txt");
    Files.write(file, new byte[] {'r', 'o', 't', '\n', (byte) 0xfc, 'b', 'e', 'r'});
    assertRefused(submit("text-to-image", file), "UTF-8", "4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"60", "0", "-64", "100000", "wide", "64.5"})
  void size_whenUnusable(String size) throws Exception {
    Path file = prompts("size" + size + ".txt");
    assertRefused(submit("text-to-image", file, "width=" + size), "width", size);
    assertRefused(submit("text-to-image", file, "height=" + size), "height", size);
  }

  @ParameterizedTest
  @CsvSource({
    "steps, 0",
    "steps, 10000",
    "steps, many",
    "guidance, NaN",
    "guidance, Infinity",
    "guidance, -1",
    "batch-size, 0",
    "batch-size, 1000",
    "scheduler, magic",
    "seed, one",
    "sepia, yes"
  })
  void parameter_whenUnusable(String key, String value) throws Exception {
    Path file = prompts("parameter-" + key + value + ".txt");
    assertRefused(submit("text-to-image", file, key + "=" + value), key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "0", "400", "x"})
  void scale_whenUnusable(String scale) throws Exception {
    Path file = Drawings.circle(directory.resolve("s" + scale + ".png"), "red", "white", 32, 32);
    assertRefused(submit("image-enhance", file, "scale=" + scale), "scale", scale);
  }

  @Test
  void model_whenUnknownOrOfAnotherKind() throws Exception {
    Path file = prompts("model.txt");
    assertRefused(submit("text-to-image", file, "model=none"), "none", "shapes-64");
    assertRefused(submit("text-to-image", file, "model=all-minilm-l6-v2-q"), "all-minilm-l6-v2-q");
  }

  @Test
  void models_whenBroken_areListedWithTheReason_andRefused() throws Exception {
    Path file = prompts("broken.txt");
    JsonNode models = stage.json(0, "models", "list").get("models");
    for (String id : BrokenPictureModels.REASONS.keySet()) {
      JsonNode model = null;
      for (JsonNode each : models) {
        if (each.get("id").asText().equals(id)) {
          model = each;
        }
      }
      assertTrue(model != null, id + " is listed in " + models);
      assertEquals("broken", model.get("state").asText(), model.toString());
      for (String words : BrokenPictureModels.REASONS.get(id)) {
        assertTrue(model.get("problem").asText().contains(words), "'" + words + "' is in " + model);
      }
      assertRefused(submit("text-to-image", file, "model=" + id), id);
    }
  }

  @Test
  void picture_whenItIsNone_isNamed() throws Exception {
    Path photos = Files.createDirectories(directory.resolve("mixed"));
    Drawings.circle(photos.resolve("a.png"), "red", "white", 32, 32);
    Files.writeString(photos.resolve("letter.png"), "Dear Sir or Madam,\n".repeat(50));
    assertRefused(submit("image-enhance", photos), "letter.png");
  }

  @Test
  void picture_whenTruncated_isNamed() throws Exception {
    Path whole = Drawings.circle(directory.resolve("whole.png"), "red", "white", 64, 64);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = directory.resolve("half.png");
    Files.write(half, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(submit("image-enhance", half), "half.png");
  }

  @Test
  void picture_whenABomb_isRefusedByItsHeader() throws Exception {
    Path bomb = Drawings.bomb(directory.resolve("bomb.png"), 50_000, 50_000);
    assertRefused(submit("image-enhance", bomb), "bomb.png", "50000");
  }

  @Test
  void outputDirectory_whenItVanishesHalfWay_thePicturesAreKept() throws Exception {
    Path parent = Files.createDirectories(directory.resolve("shelf"));
    Path out = Files.createDirectories(parent.resolve("out"));
    Path prompts = Prompts.write(directory.resolve("vanish.txt"), Prompts.scenes(4, 20261122));
    String session =
        stage
            .client()
            .submit(
                Submission.of("text-to-image", prompts)
                    .with("steps", "20")
                    .with("batch-size", "1")
                    .writingTo(out));
    stage.awaitStep(session, 2);
    // The directory is gone, and a file stands where its parent was.
    Files.delete(out);
    Files.delete(parent);
    Files.writeString(parent, "in the way");
    SessionView view = stage.awaitSession(session);
    assertEquals("completed", view.state(), view.toString());
    assertEquals(4, view.embedded());
    assertEquals(1, view.degradations().size(), view.toString());
    assertTrue(view.degradations().get(0).contains(out.toString()), view.toString());
    assertEquals(
        4,
        stage.client().fetch(session, directory.resolve("rescued")).files().stream()
            .filter(file -> file.toString().endsWith(".png"))
            .count());
  }

  @Test
  void input_whenADirectoryWithoutFiles_orTooMany() throws Exception {
    Path empty = Files.createDirectories(directory.resolve("nothing"));
    assertRefused(submit("image-enhance", empty), "holds no files");
    Path many = Files.createDirectories(directory.resolve("many"));
    for (int i = 0; i < 501; i++) {
      Files.createFile(many.resolve(i + ".png"));
    }
    assertRefused(submit("image-enhance", many), "501", "mainstay.client.inputs-max");
  }

  @Test
  void afterAllOfIt_goodWorkStillGoesThrough_andNothingIsLeft() throws Exception {
    Path file = prompts("good.txt");
    JsonNode session = stage.submit(0, "good", "text-to-image", file, "steps=2");
    assertEquals("completed", session.get("state").asText(), session.toString());
    try (Stream<Path> files = Files.list(directory.resolve("good"))) {
      assertEquals(2, files.count(), "a picture and its manifest");
    }
  }
}
