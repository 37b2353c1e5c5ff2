package io.mainstay.persistence.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit.CommandResultWithReply;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.review.ReviewQueue.Command;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.support.TestNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReviewQueueTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  private static final int OPEN_MAX = 4;
  private static final int DECIDED_KEPT = 2;
  private static final int PAGE_MAX = 3;
  private static final ReviewSettings SETTINGS =
      new ReviewSettings(OPEN_MAX, DECIDED_KEPT, PAGE_MAX, 10, 3, 1);

  private static ActorTestKit kit;
  private EventSourcedBehaviorTestKit<Command, ReviewEvent, ReviewState> queue;

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            EventSourcedBehaviorTestKit.config()
                .withFallback(TestNode.config("akka.actor.provider = local")));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void createQueue() {
    queue =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            ReviewQueue.create("n1", SETTINGS, EventStamper.system()),
            // Commands are node-local: they are never written.
            EventSourcedBehaviorTestKit.enabledSerializationSettings().withVerifyCommands(false));
    queue.clear();
  }

  @Test
  void open_isDurableAndSaysWhatLedToIt() {
    EventMeta cause = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    var result = ask(to -> new ReviewQueue.Open(picture(7, "a sign"), cause, to));
    var event = result.eventOfType(ReviewEvent.ReviewOpened.class);
    assertEquals(cause.eventId(), event.meta().causeId());
    Review review = result.reply().getValue();
    assertTrue(Ulid.isValid(review.reviewId()));
    assertEquals(picture(7, "a sign"), review.picture());
    assertTrue(review.isOpen());
    assertEquals("review:" + review.reviewId(), review.blobOwner());
  }

  @Test
  void open_ofTheSamePictureAgain_answersTheSameReviewEvenWhenDecided() {
    String id = open(7).reviewId();
    var again = ask(to -> new ReviewQueue.Open(picture(7, "other"), null, to));
    assertTrue(again.hasNoEvents());
    assertEquals(id, again.reply().getValue().reviewId());
    decide(id);
    var late = ask(to -> new ReviewQueue.Open(picture(7, ""), null, to));
    assertTrue(late.hasNoEvents());
    assertEquals(id, late.reply().getValue().reviewId());
    assertFalse(late.reply().getValue().isOpen());
  }

  @Test
  void open_aboveTheLimit_isRefusedUntilOneIsDecided() {
    String first = open(0).reviewId();
    IntStream.range(1, OPEN_MAX).forEach(this::open);
    var refused = ask(to -> new ReviewQueue.Open(picture(OPEN_MAX, ""), null, to));
    assertRefused(refused, "mainstay.persistence.review.open-max");
    assertEquals(first, open(0).reviewId(), "a repetition needs no room");
    decide(first);
    assertTrue(open(OPEN_MAX).isOpen());
  }

  @Test
  void decide_closesTheReview_andASecondDecisionIsRefused() {
    Review review = open(7);
    var decided =
        ask(
            to ->
                new ReviewQueue.Decide(
                    review.reviewId(), ReviewDecision.REJECTED, "alice", "indeed", to));
    var event = decided.eventOfType(ReviewEvent.ReviewDecided.class);
    assertEquals(review.opened().eventId(), event.meta().causeId());
    assertEquals(
        new Review.Outcome(ReviewDecision.REJECTED, "alice", "indeed", event.meta().at()),
        decided.reply().getValue().outcome());
    var second = decideResult(review.reviewId());
    assertRefused(second, "REJECTED by alice at " + event.meta().at());
    assertEquals(decided.reply().getValue(), get(review.reviewId()).reply().getValue());
  }

  @Test
  void unknownReview_isRefused() {
    assertRefused(decideResult("nobody"), "unknown");
    assertRefused(get("nobody"), "unknown");
  }

  @Test
  void decidedReviews_beyondThoseKept_areForgottenOldestFirst() {
    List<String> ids = IntStream.range(0, 3).mapToObj(index -> open(index).reviewId()).toList();
    ids.forEach(this::decide);
    assertRefused(get(ids.get(0)), "decided-kept");
    assertEquals(ids.subList(1, 3), ids(list(false, 0, 10)));
  }

  @Test
  void list_isByOpeningInPages() {
    List<String> ids = IntStream.range(0, 4).mapToObj(index -> open(index).reviewId()).toList();
    decide(ids.get(1));
    ReviewQueue.Page open = list(true, 0, 10);
    assertEquals(List.of(ids.get(0), ids.get(2), ids.get(3)), ids(open));
    assertEquals(3, open.total());
    ReviewQueue.Page all = list(false, 0, 10);
    assertEquals(ids.subList(0, PAGE_MAX), ids(all));
    assertEquals(4, all.total());
    assertEquals(3, all.open());
    assertEquals(ids.subList(3, 4), ids(list(false, 3, 10)));
    assertEquals(ids.subList(1, 2), ids(list(false, 1, 1)));
    assertEquals(List.of(), ids(list(false, 9, 10)));
    assertEquals(List.of(), ids(list(false, 0, -1)));
    assertEquals(ids.subList(0, 1), ids(list(false, -5, 1)));
  }

  @Test
  void queue_afterARestart_isTheSame() {
    IntStream.range(0, 4).forEach(this::open);
    decide(list(true, 1, 1).reviews().get(0).reviewId());
    ReviewState before = queue.getState();
    queue.restart();
    assertEquals(before, queue.getState());
    assertEquals(3, before.open().size());
    assertEquals(1, before.decided().size());
  }

  @Test
  void state_survivesASnapshot() throws IOException {
    decide(open(0).reviewId());
    open(1);
    JournalJson json = new JournalJson(EventManifests.current());
    ReviewState state = queue.getState();
    assertEquals(state, json.decode(json.encode(state), json.manifest(state)));
  }

  @Test
  void answers_surviveTheWire() {
    Review open = open(0);
    kit.serializationTestKit().verifySerialization(open, true);
    decide(open.reviewId());
    kit.serializationTestKit().verifySerialization(list(false, 0, 9), true);
  }

  @Test
  void longPrompt_isCutBetweenCharacters() {
    assertEquals("0123456789", opened("0123456789"));
    assertEquals("0123456789 ...", opened("0123456789a"));
    assertEquals("012345678 ...", opened("012345678\uD83D\uDE00"));
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ReviewSettings(0, 1, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReviewSettings(1, 10_001, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReviewSettings(1, 1, 1_001, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReviewSettings(1, 1, 1, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReviewSettings(1, 1, 1, 1, 0, 1));
    ReviewSettings defaults = ReviewSettings.of(kit.system().settings().config());
    assertEquals(1000, defaults.openMax());
  }

  private String opened(String prompt) {
    queue.clear();
    return ask(to -> new ReviewQueue.Open(picture(0, prompt), null, to))
        .eventOfType(ReviewEvent.ReviewOpened.class)
        .prompt();
  }

  private Review open(int index) {
    return ask(to -> new ReviewQueue.Open(picture(index, ""), null, to)).reply().getValue();
  }

  private void decide(String reviewId) {
    assertFalse(decideResult(reviewId).hasNoEvents());
  }

  private CommandResultWithReply<Command, ReviewEvent, ReviewState, StatusReply<Review>>
      decideResult(String reviewId) {
    return ask(to -> new ReviewQueue.Decide(reviewId, ReviewDecision.APPROVED, "bob", "", to));
  }

  private CommandResultWithReply<Command, ReviewEvent, ReviewState, StatusReply<Review>> get(
      String reviewId) {
    return ask(to -> new ReviewQueue.Get(reviewId, to));
  }

  private ReviewQueue.Page list(boolean openOnly, int offset, int limit) {
    CommandResultWithReply<Command, ReviewEvent, ReviewState, ReviewQueue.Page> page =
        queue.runCommand(to -> new ReviewQueue.ListReviews(openOnly, offset, limit, to));
    return page.reply();
  }

  private CommandResultWithReply<Command, ReviewEvent, ReviewState, StatusReply<Review>> ask(
      Function<ActorRef<StatusReply<Review>>, Command> command) {
    return queue.runCommand(command::apply);
  }

  private static void assertRefused(
      CommandResultWithReply<Command, ReviewEvent, ReviewState, StatusReply<Review>> result,
      String why) {
    assertTrue(result.hasNoEvents());
    assertTrue(result.reply().isError());
    String message = result.reply().getError().getMessage();
    assertTrue(message.contains(why), message);
  }

  private static List<String> ids(ReviewQueue.Page page) {
    return page.reviews().stream().map(Review::reviewId).toList();
  }

  private static JudgedPicture picture(int index, String prompt) {
    return new JudgedPicture(
        SESSION,
        index,
        ReviewVerdict.REJECTED,
        List.of("warning sign: 0.99"),
        0.01,
        8.5,
        "v1",
        "ab".repeat(32),
        9_876,
        prompt);
  }
}
