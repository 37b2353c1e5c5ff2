package io.mainstay.actors.postprocessing.picture;

import static io.mainstay.actors.postprocessing.picture.FinishedPictures.EMPTY;
import static io.mainstay.actors.postprocessing.picture.FinishedPictures.SAFE;
import static io.mainstay.actors.postprocessing.picture.FinishedPictures.SIGN;
import static io.mainstay.actors.postprocessing.picture.FinishedPictures.batch;
import static io.mainstay.actors.postprocessing.picture.FinishedPictures.item;
import static io.mainstay.actors.postprocessing.picture.FinishedPictures.plan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.output.IncompleteResultsException;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.support.MemoryArtifacts;
import io.mainstay.actors.support.MemoryReviews;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesWriterTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";

  @TempDir Path directory;
  private final MemoryArtifacts store = new MemoryArtifacts();
  private final MemoryReviews reviews = new MemoryReviews();

  private BlobRef stored(int firstIndex, PicturePipeline batch) throws IOException {
    return new PictureStore(store).store(SESSION + "/work", "pictures", firstIndex, batch);
  }

  private WrittenOutputs write(OutputPlan plan) throws IOException {
    return new PicturesWriter(
            store,
            reviews,
            directory.resolve("spool"),
            Clock.fixed(Instant.parse("2026-11-22T01:02:03Z"), ZoneOffset.UTC))
        .write(plan);
  }

  private OutputPlan threeOfEach(Path output) throws IOException {
    return plan(
        SESSION,
        3,
        output == null ? "" : output.toString(),
        stored(
            0,
            batch(
                item(SAFE, "A yellow circle!"), item(SIGN, "a triangle"), item(EMPTY, "nothing"))));
  }

  private JsonNode manifest(WrittenOutputs written) throws IOException {
    BlobRef last = written.outputs().get(written.outputs().size() - 1);
    assertEquals("manifest.json", last.name());
    return new ObjectMapper().readTree(store.text(last.sha256()));
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void write_deliversWhatMayGoOut_andQueuesTheRest() throws IOException {
    Path output = directory.resolve("out");
    WrittenOutputs written = write(threeOfEach(output));

    assertEquals(
        Set.of("0000-a-yellow-circle.png", "0002-nothing.png", "manifest.json"), names(output));
    assertEquals(
        List.of("0000-a-yellow-circle.png", "0002-nothing.png", "manifest.json"),
        written.outputs().stream().map(BlobRef::name).toList());
    assertArrayEquals(
        store.open(written.outputs().get(0).sha256()).readAllBytes(),
        Files.readAllBytes(output.resolve("0000-a-yellow-circle.png")));
    assertEquals(
        List.of(ReviewVerdict.REJECTED, ReviewVerdict.FLAGGED),
        reviews.all().stream().map(review -> review.picture().verdict()).toList());
    assertEquals(
        List.of("safety_by_rules", "pictures_withheld", "pictures_flagged"),
        written.degradations().stream().map(text -> text.substring(0, text.indexOf(':'))).toList());
    assertTrue(written.degradations().get(1).contains("1 of 3"), written.degradations().get(1));
  }

  @Test
  void write_keepsEachFile_forItsOutputOrForItsReview() throws IOException {
    WrittenOutputs written = write(threeOfEach(null));
    store.release(SESSION + "/work");

    Review rejected = reviews.all().get(0);
    Review flagged = reviews.all().get(1);
    assertEquals(Set.of(rejected.picture().pictureSha256()), store.ownedBy("review:R0"));
    assertEquals(Set.of(flagged.picture().pictureSha256()), store.ownedBy("review:R1"));
    assertFalse(store.ownedBy(SESSION).contains(rejected.picture().pictureSha256()));
    assertTrue(store.ownedBy(SESSION).contains(flagged.picture().pictureSha256()));
    assertEquals(
        written.outputs().stream().map(BlobRef::sha256).collect(Collectors.toSet()),
        store.ownedBy(SESSION));
  }

  @Test
  void write_theManifestSaysOfEachPictureHowItWasMadeAndJudged() throws IOException {
    JsonNode manifest = manifest(write(threeOfEach(null)));

    assertEquals(2, manifest.get("delivered").asInt());
    assertEquals(1, manifest.get("withheld").asInt());
    assertEquals(1, manifest.get("flagged").asInt());
    assertEquals("2026-11-22T01:02:03Z", manifest.get("finishedAt").asText());
    JsonNode rejected = manifest.get("pictures").get(1);
    assertEquals("", rejected.get("file").asText());
    assertEquals("rejected", rejected.get("decision").asText());
    assertEquals("R0", rejected.get("reviewId").asText());
    assertEquals("pixels:warning_sign", rejected.get("safety").get("flagged").get(0).asText());
    assertEquals("7", rejected.get("texts").get("seed").asText());
    assertEquals("cpu-0", rejected.get("fingerprint").asText());
    assertEquals(1, rejected.get("attempts").asInt());
    assertEquals("v2.1", rejected.get("policyVersion").asText());
    assertEquals("safety_check", rejected.get("operations").get(0).asText());
    JsonNode safe = manifest.get("pictures").get(0);
    assertEquals("0000-a-yellow-circle.png", safe.get("file").asText());
    assertTrue(safe.get("enhancementEffectiveness").isNull());
  }

  @Test
  void write_theManifestHasTheAttemptsOfEachPicturesBatch() throws IOException {
    OutputPlan plan =
        plan(
            SESSION,
            2,
            "",
            stored(0, batch(item(SAFE, "first"))),
            stored(1, batch(item(SAFE, "second"))));

    JsonNode pictures = manifest(write(plan)).get("pictures");

    assertEquals(1, pictures.get(0).get("attempts").asInt());
    assertEquals(2, pictures.get(1).get("attempts").asInt());
  }

  @Test
  void write_again_givesTheSame_andQueuesNothingTwice() throws IOException {
    OutputPlan plan = threeOfEach(directory.resolve("out"));
    WrittenOutputs first = write(plan);

    assertEquals(first, write(plan));
    assertEquals(2, reviews.all().size());
  }

  @Test
  void write_afterAPersonDecided_followsThePerson() throws IOException {
    OutputPlan plan = threeOfEach(null);
    write(plan);
    reviews.decide(0, ReviewDecision.APPROVED);
    reviews.decide(1, ReviewDecision.REJECTED);

    WrittenOutputs again = write(plan);

    assertEquals(
        List.of("0000-a-yellow-circle.png", "0001-a-triangle.png", "manifest.json"),
        again.outputs().stream().map(BlobRef::name).toList());
  }

  @Test
  void write_whenTheReviewQueueIsFull_holdsPicturesBack_andKeepsThem() throws IOException {
    reviews.room(1);
    WrittenOutputs written = write(threeOfEach(null));
    store.release(SESSION + "/work");

    JsonNode held = manifest(written).get("pictures").get(2);
    assertEquals("", held.get("file").asText(), "a flagged picture needs somebody to look at it");
    assertEquals(Set.of(held.get("sha256").asText()), store.ownedBy("withheld:" + SESSION));
    List<JudgedPicture> toQueue =
        HeldPictures.in(
            store
                .open(written.outputs().get(written.outputs().size() - 1).sha256())
                .readAllBytes());
    assertEquals(List.of(2), toQueue.stream().map(JudgedPicture::index).toList());
    assertEquals(held.get("sha256").asText(), toQueue.get(0).pictureSha256());
    assertEquals(ReviewVerdict.REJECTED, toQueue.get(0).verdict(), "nobody got it yet");
    String last = written.degradations().get(written.degradations().size() - 1);
    assertTrue(last.startsWith("review_queue_full: 1 of 3 pictures"), last);
    assertTrue(last.contains("1 wait already"), last);

    reviews.room(2);
    write(threeOfEach(null));
    assertEquals(Set.of(), Set.copyOf(store.ownedBy("withheld:" + SESSION)), "queued after all");
  }

  @Test
  void write_whenTheDirectoryIsInTheWay_saysSo_andTheResultsAreKept() throws IOException {
    Path output = Files.createFile(directory.resolve("out"));
    WrittenOutputs written = write(threeOfEach(output));

    String degraded = written.degradations().get(written.degradations().size() - 1);
    assertTrue(degraded.startsWith("output_directory_unwritable: "), degraded);
    assertTrue(degraded.contains("took 0 of 2 pictures"), degraded);
    assertEquals(degraded, last(manifest(written).get("degradations")));
    assertTrue(store.open(written.outputs().get(0).sha256()).read() >= 0);
  }

  private static String last(JsonNode array) {
    return array.get(array.size() - 1).asText();
  }

  @Test
  void write_whenTheDirectoryVanishedHalfWay_makesItAgain() throws IOException {
    Path output = directory.resolve("out");
    OutputPlan plan = threeOfEach(output);
    write(plan);
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(output);

    write(plan);

    assertEquals(3, names(output).size());
  }

  @Test
  void write_whenTheStoreFails_failsAndTheNextAttemptSucceeds() throws IOException {
    OutputPlan plan = threeOfEach(directory.resolve("out"));
    store.failNextPuts(1);

    assertThrows(IOException.class, () -> write(plan));
    assertEquals(3, write(plan).outputs().size());
    assertEquals(Set.of(), names(directory.resolve("spool")));
  }

  @Test
  void write_batchesInAnyOrder_picturesInTheirs() throws IOException {
    BlobRef second = stored(1, batch(item(SAFE, "b")));
    BlobRef first = stored(0, batch(item(SAFE, "a")));

    WrittenOutputs written = write(plan(SESSION, 2, "", first, second));

    assertEquals("0000-a.png", written.outputs().get(0).name());
    assertEquals("0001-b.png", written.outputs().get(1).name());
  }

  @Test
  void write_whenAResultIsOfOtherDocuments_isRefused() throws IOException {
    BlobRef other = stored(5, batch(item(SAFE, "a")));

    assertThrows(IllegalArgumentException.class, () -> write(plan(SESSION, 1, "", other)));
    assertThrows(
        IncompleteResultsException.class,
        () -> write(new OutputPlan(plan(SESSION, 2, "", other).manifest(), List.of(), "")));
  }
}
