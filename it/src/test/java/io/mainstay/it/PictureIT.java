package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.client.Submission;
import io.mainstay.it.Prompts.Scene;
import io.mainstay.persistence.session.SessionView;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who wants pictures types, and what they get. */
class PictureIT {
  private static final int STEPS = 30;
  private static final List<Scene> SCENES =
      List.of(
          new Scene("red", "circle", "blue"),
          new Scene("green", "square", "white"),
          new Scene("white", "triangle", "purple"),
          new Scene("black", "circle", "yellow"),
          new Scene("blue", "square", "orange"),
          new Scene("orange", "circle", "black"),
          new Scene("purple", "square", "green"),
          new Scene("red", "triangle", "white"));

  @TempDir static Path directory;
  private static PictureStage stage;

  @BeforeAll
  static void start() throws IOException {
    stage = PictureStage.start(directory);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void prompts_becomePicturesThatShowThem_andTheDefaultSeedsGiveThemAgain() throws Exception {
    Path prompts = Prompts.write(directory.resolve("prompts.txt"), SCENES);
    JsonNode session =
        stage.submit(
            0, "drawn", "text-to-image", prompts, "steps=" + STEPS, "guidance=5", "batch-size=4");
    assertEquals("completed", session.get("state").asText(), session.toString());
    assertEquals(SCENES.size(), session.get("embedded").asInt());

    List<Path> files = PictureFiles.in(directory.resolve("drawn"));
    assertEquals(SCENES.size(), files.size(), files.toString());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      BufferedImage picture = PictureFiles.read(files.get(i));
      assertEquals(64, picture.getWidth());
      assertEquals(64, picture.getHeight());
      Scene seen = PictureRule.seen(picture);
      if (!seen.equals(SCENES.get(i))) {
        wrong.add(files.get(i).getFileName() + " shall be " + SCENES.get(i) + " but is " + seen);
      }
    }
    // The model is right in nine of ten; the rule here is a coarse one.
    assertTrue(wrong.size() <= 1, wrong.toString());

    stage.submit(
        0, "again", "text-to-image", prompts, "steps=" + STEPS, "guidance=5", "batch-size=4");
    Map<String, byte[]> again = PictureFiles.bytes(directory.resolve("again"));
    assertEquals(files.size(), again.size());
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(file), again.get(file.getFileName().toString()), file.toString());
    }
  }

  @Test
  void png_saysHowItWasMade_andTheManifestTheRest() throws Exception {
    Path prompts = Prompts.write(directory.resolve("one.txt"), SCENES.subList(0, 2));
    JsonNode session =
        stage.submit(0, "told", "text-to-image", prompts, "steps=4", "guidance=3", "seed=77");
    List<Path> files = PictureFiles.in(directory.resolve("told"));
    Map<String, String> texts = PngText.of(files.get(0));
    String all = texts.toString();
    assertTrue(all.contains(SCENES.get(0).prompt()), all);
    assertTrue(all.contains("77"), all);
    assertTrue(all.contains("shapes-64"), all);
    assertFalse(all.contains(session.get("sessionId").asText()), "no ids in a PNG: " + all);
    String manifest = Files.readString(directory.resolve("told/manifest.json"));
    assertTrue(manifest.contains(session.get("sessionId").asText()), manifest);
    for (JsonNode picture : new ObjectMapper().readTree(manifest).get("pictures")) {
      assertEquals(1, picture.get("attempts").asInt(), "nothing went wrong: " + picture);
    }
  }

  @Test
  void enhance_ofADirectory_makesEachPictureFourTimesAsLarge() throws Exception {
    Path photos = directory.resolve("photos");
    Drawings.circle(photos.resolve("b.png"), "red", "white", 48, 32);
    Drawings.circle(photos.resolve("a.png"), "green", "yellow", 40, 40);
    Files.writeString(photos.resolve(".hidden"), "not a picture");
    JsonNode session = stage.submitOfAnyQuality("large", "image-enhance", photos, "scale=4");
    assertEquals(2, session.get("documents").asInt(), session.toString());
    List<Path> files = PictureFiles.in(directory.resolve("large"));
    assertEquals(2, files.size(), files.toString());
    // In the order of the names: a, then b.
    assertShows(files.get(0), 160, 160, new Scene("green", "circle", "yellow"));
    assertShows(files.get(1), 192, 128, new Scene("red", "circle", "white"));
  }

  private static void assertShows(Path file, int width, int height, Scene scene)
      throws IOException {
    BufferedImage picture = PictureFiles.read(file);
    assertEquals(width, picture.getWidth(), file.toString());
    assertEquals(height, picture.getHeight(), file.toString());
    assertEquals(scene, PictureRule.seen(picture), file.toString());
  }

  @Test
  void warningSign_isWithheld_andGoesOutOnceSomebodyApproves() throws Exception {
    Path prompts = directory.resolve("sign.txt");
    Files.write(prompts, List.of("a warning sign on a white background", one().get(0).prompt()));
    JsonNode session =
        stage.submit(4, "signs", "text-to-image", prompts, "steps=" + STEPS, "batch-size=2");
    assertEquals("completed", session.get("state").asText(), session.toString());
    assertTrue(session.get("degradations").toString().contains("withheld"), session.toString());
    List<Path> delivered = PictureFiles.in(directory.resolve("signs"));
    assertEquals(1, delivered.size(), delivered.toString());
    assertEquals(one().get(0), PictureRule.seen(PictureFiles.read(delivered.get(0))));

    JsonNode review = reviewOf(session.get("sessionId").asText());
    assertEquals(0, review.get("index").asInt(), review.toString());
    assertEquals("rejected", review.get("verdict").asText(), review.toString());
    String id = review.get("reviewId").asText();
    stage.json(0, "reviews", "approve", id, "--note", "for the safety manual");
    Path file = directory.resolve("approved.png");
    stage.json(0, "reviews", "fetch", id, "--output", file.toString());
    assertEquals(64, PictureFiles.read(file).getWidth());
    assertTrue(PngText.of(file).toString().contains("a warning sign"), "the picture of the prompt");
    for (JsonNode open : stage.json(0, "reviews").get("reviews")) {
      assertFalse(open.get("reviewId").asText().equals(id), "decided: " + open);
    }
  }

  @Test
  void warningSign_amongPhotos_isSeenForWhatItIs() throws Exception {
    Path photos = directory.resolve("street");
    Drawings.warningSign(photos.resolve("a-sign.png"), "white", 64);
    Drawings.circle(photos.resolve("b-ball.png"), "red", "white", 64, 64);
    JsonNode session = stage.submit(4, "cleaned", "image-enhance", photos, "scale=2");
    List<Path> delivered = PictureFiles.in(directory.resolve("cleaned"));
    assertEquals(1, delivered.size(), delivered.toString());
    assertShows(delivered.get(0), 128, 128, new Scene("red", "circle", "white"));
    JsonNode review = reviewOf(session.get("sessionId").asText());
    assertEquals(0, review.get("index").asInt(), review.toString());
  }

  /** The only one of that session. */
  private static JsonNode reviewOf(String session) throws Exception {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode review : stage.json(0, "reviews").get("reviews")) {
      if (review.get("sessionId").asText().equals(session)) {
        found.add(review);
      }
    }
    assertEquals(1, found.size(), found.toString());
    return found.get(0);
  }

  @Test
  void cancel_freesTheDevice_andTheNextSessionRuns() throws Exception {
    Path prompts = Prompts.write(directory.resolve("long.txt"), SCENES);
    String endless =
        stage
            .client()
            .submit(
                Submission.of("text-to-image", prompts).with("steps", "1000").with("seed", "1"));
    stage.awaitStep(endless, 3);
    SessionView cancelled = stage.client().cancel(endless, "it was only a try");
    assertEquals("cancelled", cancelled.state());
    JsonNode next =
        stage.submit(
            0,
            "next",
            "text-to-image",
            Prompts.write(directory.resolve("n.txt"), one()),
            "steps=2");
    assertEquals("completed", next.get("state").asText(), next.toString());
    assertEquals(List.of(), stage.client().progress(endless), "nothing of it is worked on");
    assertEquals(0, stage.client().status().workerRestarts(), "no worker had to die for it");
  }

  private static List<Scene> one() {
    return SCENES.subList(0, 1);
  }

  @Test
  void ownModel_droppedIntoTheModelsDirectory_isUsedByItsName() throws Exception {
    Path own = stage.dataDirectory().resolve("models/my-shapes");
    copyWithoutManifest(Mainstay.HOME.resolve("runtime/models/shapes-64"), own);
    stage.json(0, "models", "rescan");
    Path prompts = Prompts.write(directory.resolve("own.txt"), one());
    JsonNode session =
        stage.submit(0, "own", "text-to-image", prompts, "model=my-shapes", "steps=" + STEPS);
    assertEquals("completed", session.get("state").asText(), session.toString());
    assertTrue(session.get("fingerprints").toString().contains("my-shapes"), session.toString());
    Path file = PictureFiles.in(directory.resolve("own")).get(0);
    assertTrue(PngText.of(file).toString().contains("my-shapes"), PngText.of(file).toString());
    assertEquals(SCENES.get(0), PictureRule.seen(PictureFiles.read(file)));
  }

  /** Not all at once, as a user's copy is: the directory appears whole by a rename. */
  private static void copyWithoutManifest(Path from, Path to) throws IOException {
    Path staging = directory.resolve("staging");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = staging.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.getFileName().toString().equals("model.conf")) {
          Files.copy(file, target);
        }
      }
    }
    Files.createDirectories(to.getParent());
    Files.move(staging, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void progress_isSaidInPlainLines_whereThereIsNoTerminal() throws Exception {
    Path prompts = Prompts.write(directory.resolve("watched.txt"), SCENES.subList(0, 2));
    Mainstay.Result result =
        stage.cli(
            "submit",
            "text-to-image",
            "--input",
            prompts.toString(),
            "--param",
            "steps=2",
            "--wait");
    assertEquals(0, result.exit(), result.toString());
    assertTrue(result.err().contains("2 of 2 pictures (100 %)"), result.toString());
    assertFalse(result.err().contains("\u001b"), "no escapes: " + result);
    assertTrue(result.out().contains("pictures      2 of 2 done"), result.toString());
    Set<String> names = new HashSet<>();
    for (String line : result.out().lines().filter(l -> l.startsWith("output")).toList()) {
      assertTrue(names.add(line), "named once: " + line);
    }
    assertTrue(names.size() >= 2, result.toString());
  }
}
