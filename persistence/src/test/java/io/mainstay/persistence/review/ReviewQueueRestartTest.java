package io.mainstay.persistence.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.support.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue on a real database, over restarts of the node and its snapshots. */
class ReviewQueueRestartTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final ReviewSettings SETTINGS = new ReviewSettings(100, 100, 100, 500, 3, 1);

  @Test
  void queue_afterRestarts_holdsEveryPictureAndDecision(@TempDir Path data) throws Exception {
    String decided = "";
    for (int life = 0; life < 3; life++) {
      try (TestNode node = TestNode.start(data, "")) {
        ActorRef<ReviewQueue.Command> queue = spawn(node);
        TestProbe<StatusReply<Review>> answers = TestProbe.create(node.system());
        for (int index = 0; index < 2 * life + 2; index++) {
          queue.tell(new ReviewQueue.Open(picture(index), null, answers.getRef()));
          Review review = answers.receiveMessage(WAIT).getValue();
          assertEquals(picture(index), review.picture());
          if (life == 0) {
            decided = review.reviewId();
          }
        }
        queue.tell(
            new ReviewQueue.Decide(decided, ReviewDecision.REJECTED, "me", "", answers.getRef()));
        assertEquals(life > 0, answers.receiveMessage(WAIT).isError());
        TestProbe<ReviewQueue.Page> pages = TestProbe.create(node.system());
        queue.tell(new ReviewQueue.ListReviews(false, 0, 100, pages.getRef()));
        ReviewQueue.Page page = pages.receiveMessage(WAIT);
        assertEquals(2 * life + 2, page.total());
        assertEquals(2 * life + 1, page.open());
        assertEquals(decided, page.reviews().get(1).reviewId());
      }
    }
    try (JournalReader journal = JournalReader.open(data)) {
      assertEquals(7, journal.entries("ReviewQueue|n1").size());
    }
  }

  private static ActorRef<ReviewQueue.Command> spawn(TestNode node) throws Exception {
    return AskPattern.<SpawnProtocol.Command, ActorRef<ReviewQueue.Command>>ask(
            node.system(),
            replyTo ->
                new SpawnProtocol.Spawn<>(
                    ReviewQueue.create("n1", SETTINGS, EventStamper.system()),
                    "",
                    Props.empty(),
                    replyTo),
            WAIT,
            node.system().scheduler())
        .toCompletableFuture()
        .get(WAIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static JudgedPicture picture(int index) {
    return new JudgedPicture(
        "01KAJZP9S8B6V5Q4W3E2R1T0Y9",
        index,
        ReviewVerdict.FLAGGED,
        List.of("blurred"),
        1,
        4,
        "v1",
        "ab".repeat(32),
        9_876,
        "a red circle");
  }
}
