package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import io.mainstay.actors.postprocessing.picture.QueuedReviews;
import io.mainstay.actors.postprocessing.picture.ReviewQueueFullException;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.review.ReviewSettings;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk on a real queue and a real blob store. */
class ReviewDeskTest {
  private static final String SESSION = "01K9Z3F7Q8T5V6W7X8Y9Z0A1B2";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "t";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private ActorTestKit kit;
  private DataDirectory dataDirectory;
  private Database database;
  private BlobStore blobs;
  private QueuedReviews reviews;
  private ActorRef<GatewayCall> gateway;
  private TestProbe<ProcessingCommand> sessions;

  @BeforeEach
  void start() throws Exception {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseString(
                    """
                    akka.loglevel = WARNING
                    akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
                    akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.local"
                    akka.persistence.snapshot-store.local.dir = "%s"
                    mainstay.persistence.review.open-max = 2
                    """
                        .formatted(directory.resolve("snapshots")))
                .withFallback(ConfigFactory.load()));
    dataDirectory = DataDirectory.open(directory.resolve("data"));
    database = Database.open(dataDirectory, DatabaseSettings.of(kit.system().settings().config()));
    blobs =
        new BlobStore(
            database, BlobSettings.of(kit.system().settings().config()), Clock.systemUTC());
    ActorRef<ReviewQueue.Command> queue =
        kit.spawn(
            ReviewQueue.create(
                "n1", ReviewSettings.of(kit.system().settings().config()), EventStamper.system()));
    reviews = new QueuedReviews(queue, kit.system(), Duration.ofSeconds(10));
    sessions = kit.createTestProbe();
    GatewayFloor floor =
        new GatewayFloor(
            kit.system(),
            kit.system().settings().config(),
            TOKEN,
            new GatewayFloor.Identity("n1", "1", Instant.EPOCH, 1),
            blobs,
            null,
            null,
            EventStamper.system(),
            new Intake(),
            command -> {},
            null,
            null,
            null,
            null,
            sessions.getRef(),
            queue,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new NodePhase(),
            () -> {},
            null,
            ErrorCatalog.load(ConfigFactory.load()),
            null,
            null,
            null,
            new ActorDrill(false));
    gateway = kit.spawn(floor.gateway());
  }

  @AfterEach
  void end() throws Exception {
    kit.shutdownTestKit();
    database.close();
    dataDirectory.close();
  }

  private <R extends GatewayReply> R ask(GatewayRequest request, Class<R> expected) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway.tell(new GatewayCall(TOKEN, request, replies.getRef()));
    return assertInstanceOf(expected, replies.receiveMessage(PATIENCE));
  }

  private Review queued(int index, ReviewVerdict verdict, byte... png)
      throws IOException, ReviewQueueFullException {
    BlobRef blob = blobs.put("p.png", png);
    Review review =
        reviews.open(
            new JudgedPicture(
                SESSION,
                index,
                verdict,
                List.of("because"),
                0.1,
                9,
                "v1",
                blob.sha256(),
                blob.bytes(),
                "a sign"));
    blobs.addReference(review.blobOwner(), blob.sha256());
    return review;
  }

  private String refusalOf(String sha256) {
    return ask(new GatewayRequest.FetchChunk(sha256, 0), GatewayReply.Refused.class).code();
  }

  private String refusalOf(Review review) {
    return ask(new GatewayRequest.FetchReview(review.reviewId(), 0), GatewayReply.Refused.class)
        .code();
  }

  @Test
  void aPictureOfASessionAtWork_isNobodysYet() {
    String sha256 = blobs.put("p.png", new byte[] {9}).sha256();
    blobs.addReference(SESSION + "/work", sha256);

    assertEquals("not_an_output", refusalOf(sha256));
    blobs.addReference(SESSION, sha256);
    assertEquals(
        1, ask(new GatewayRequest.FetchChunk(sha256, 0), GatewayReply.Chunk.class).bytes().length);
  }

  @Test
  void approving_aWithheldPicture_makesItFetchable() throws Exception {
    Review review = queued(0, ReviewVerdict.REJECTED, (byte) 1, (byte) 2);
    String sha256 = review.picture().pictureSha256();
    GatewayRequest.FetchChunk fetch = new GatewayRequest.FetchChunk(sha256, 0);

    assertEquals("withheld", ask(fetch, GatewayReply.Refused.class).code());
    assertArrayEquals(
        new byte[] {1, 2},
        ask(new GatewayRequest.FetchReview(review.reviewId(), 0), GatewayReply.Chunk.class).bytes(),
        "the person has to look at it");

    GatewayRequest.DecideReview approve =
        new GatewayRequest.DecideReview(review.reviewId(), "approve", "fine");
    GatewayReply.Reviewed decided = ask(approve, GatewayReply.Reviewed.class);
    assertEquals("approved", decided.review().state());
    assertTrue(decided.effect().contains(sha256), decided.effect());
    assertArrayEquals(new byte[] {1, 2}, ask(fetch, GatewayReply.Chunk.class).bytes());
    assertEquals(List.of(SESSION), blobs.ownersOf(sha256));
    assertEquals(decided, ask(approve, GatewayReply.Reviewed.class), "asked again");
    assertEquals(
        "decided_before",
        ask(
                new GatewayRequest.DecideReview(review.reviewId(), "reject", ""),
                GatewayReply.Refused.class)
            .code());
  }

  @Test
  void rejecting_aWithheldPicture_letsItsFileGo() throws Exception {
    Review review = queued(0, ReviewVerdict.REJECTED, (byte) 3);

    ask(
        new GatewayRequest.DecideReview(review.reviewId(), "reject", ""),
        GatewayReply.Reviewed.class);

    assertTrue(blobs.size(review.picture().pictureSha256()).isPresent(), "in its grace period");
    assertEquals("not_an_output", refusalOf(review.picture().pictureSha256()));
    assertEquals("withheld", refusalOf(review));
    assertEquals(List.of(), blobs.ownersOf(review.picture().pictureSha256()));
    assertEquals(
        0, ask(new GatewayRequest.ListReviews(true, 0, 10), GatewayReply.Reviews.class).total());
    assertEquals(
        "rejected",
        ask(new GatewayRequest.ListReviews(false, 0, 10), GatewayReply.Reviews.class)
            .reviews()
            .get(0)
            .state());
  }

  @Test
  void aFlaggedPicture_isFetchableAllTheWhile() throws Exception {
    Review review = queued(0, ReviewVerdict.FLAGGED, (byte) 4);
    blobs.addReference(SESSION, review.picture().pictureSha256());

    assertEquals(
        1,
        ask(
                new GatewayRequest.FetchChunk(review.picture().pictureSha256(), 0),
                GatewayReply.Chunk.class)
            .bytes()
            .length);
  }

  @Test
  void rejecting_aFlaggedPicture_endsItsDelivery() throws Exception {
    Review review = queued(0, ReviewVerdict.FLAGGED, (byte) 4);
    String sha256 = review.picture().pictureSha256();
    blobs.addReference(SESSION, sha256);
    GatewayRequest.DecideReview reject =
        new GatewayRequest.DecideReview(review.reviewId(), "reject", "");

    GatewayReply.Reviewed decided = ask(reject, GatewayReply.Reviewed.class);

    assertTrue(decided.effect().contains("yours to delete"), decided.effect());
    assertEquals("withheld", refusalOf(sha256));
    assertEquals("withheld", refusalOf(review));
    assertEquals(decided, ask(reject, GatewayReply.Reviewed.class), "asked again");
    blobs.addReference("01K9Z3F7Q8T5V6W7X8Y9Z0A1B3", sha256);
    assertEquals(
        1,
        ask(new GatewayRequest.FetchChunk(sha256, 0), GatewayReply.Chunk.class).bytes().length,
        "another session delivers the same");
  }

  @Test
  void aFullQueue_refuses_andTheSamePictureAgainIsNoneMore() throws Exception {
    Review first = queued(0, ReviewVerdict.REJECTED, (byte) 5);
    queued(1, ReviewVerdict.REJECTED, (byte) 6);

    assertEquals(first, queued(0, ReviewVerdict.REJECTED, (byte) 5));
    assertThrows(ReviewQueueFullException.class, () -> queued(2, ReviewVerdict.REJECTED, (byte) 7));
  }

  @Test
  void whatIsUnknownOrInvalid_isRefusedByName() throws Exception {
    Review review = queued(0, ReviewVerdict.REJECTED, (byte) 8);

    assertEquals(
        "unknown_review",
        ask(new GatewayRequest.GetReview("nobody"), GatewayReply.Refused.class).code());
    assertEquals(
        "invalid_parameter",
        ask(
                new GatewayRequest.DecideReview(review.reviewId(), "maybe", ""),
                GatewayReply.Refused.class)
            .code());
    assertEquals(
        "invalid_parameter",
        ask(
                new GatewayRequest.DecideReview(review.reviewId(), "approve", "x".repeat(1001)),
                GatewayReply.Refused.class)
            .code());
  }

  @Test
  void requeue_queuesWhatThereIsRoomFor_letsItGo_andQueuesNothingTwice() throws Exception {
    List<BlobRef> held = new ArrayList<>();
    List<ObjectNode> entries = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      BlobRef picture = blobs.put("p.png", new byte[] {7, (byte) index});
      blobs.addReference("withheld:" + SESSION, picture.sha256());
      held.add(picture);
      entries.add(heldEntry(index, picture));
    }
    ObjectNode manifest = JSON.createObjectNode().put("sessionId", SESSION);
    manifest.putArray("pictures").addAll(entries);
    BlobRef stored = blobs.put("manifest.json", JSON.writeValueAsBytes(manifest));
    blobs.addReference(SESSION, stored.sha256());

    assertEquals(
        "review_queue_full",
        assertInstanceOf(GatewayReply.Refused.class, requeue(stored)).code(),
        "it takes two");
    assertEquals(List.of("withheld:" + SESSION), blobs.ownersOf(held.get(2).sha256()));
    List<GatewayReply.ReviewView> queued =
        ask(new GatewayRequest.ListReviews(true, 0, 10), GatewayReply.Reviews.class).reviews();
    assertEquals(
        List.of(held.get(0).sha256(), held.get(1).sha256()),
        queued.stream().map(GatewayReply.ReviewView::sha256).toList());
    for (GatewayReply.ReviewView review : queued) {
      assertEquals(List.of("review:" + review.reviewId()), blobs.ownersOf(review.sha256()));
      ask(
          new GatewayRequest.DecideReview(review.reviewId(), "reject", ""),
          GatewayReply.Reviewed.class);
    }

    assertEquals(new GatewayReply.Requeued(1), requeue(stored), "the one that is left");
    assertEquals(new GatewayReply.Requeued(0), requeue(stored));
    assertEquals(List.of(), blobs.owners("withheld:" + SESSION));
    assertEquals(List.of(), blobs.ownersOf(held.get(0).sha256()), "its review stays decided");
  }

  private GatewayReply requeue(BlobRef manifest) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway.tell(
        new GatewayCall(TOKEN, new GatewayRequest.RequeueReviews(SESSION), replies.getRef()));
    sessions
        .expectMessageClass(ProcessingCommand.GetSession.class, PATIENCE)
        .replyTo()
        .tell(StatusReply.success(completed(manifest)));
    return replies.receiveMessage(PATIENCE);
  }

  private static ObjectNode heldEntry(int index, BlobRef picture) {
    ObjectNode entry =
        JSON.createObjectNode()
            .put("index", index)
            .put("name", "a sign")
            .put("sha256", picture.sha256())
            .put("bytes", picture.bytes())
            .put("policyVersion", "v1")
            .put("decision", "rejected")
            .put("technicalQuality", 9.0)
            .put("visualQuality", 9.0)
            .put("reviewId", "");
    entry.putArray("reasons").add("because");
    entry.set(
        "safety", JSON.valueToTree(new SafetyFinding(0, "sign", List.of("class:sign"), "rules")));
    return entry;
  }

  private static SessionView completed(BlobRef manifest) {
    return new SessionView(
        SESSION,
        "text-to-image",
        "completed",
        WorkClass.STANDARD,
        3,
        3,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(manifest),
        "",
        Instant.EPOCH,
        Instant.EPOCH,
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }
}
