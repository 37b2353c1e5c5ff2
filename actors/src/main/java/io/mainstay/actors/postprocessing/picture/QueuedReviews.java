package io.mainstay.actors.postprocessing.picture;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The node's review queue, asked from a thread that may wait. Thread-safe. */
public final class QueuedReviews implements Reviews {
  // Beyond it the ask itself has answered.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final ActorRef<ReviewQueue.Command> queue;
  private final ActorSystem<?> system;
  private final Duration timeout;

  /**
   * @param timeout for one answer
   */
  public QueuedReviews(
      ActorRef<ReviewQueue.Command> queue, ActorSystem<?> system, Duration timeout) {
    this.queue = queue;
    this.system = system;
    this.timeout = timeout;
  }

  @Override
  public Review open(JudgedPicture picture) throws ReviewQueueFullException, IOException {
    try {
      return AskPattern.<ReviewQueue.Command, Review>askWithStatus(
              queue,
              replyTo -> new ReviewQueue.Open(picture, null, replyTo),
              timeout,
              system.scheduler())
          .toCompletableFuture()
          .get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof StatusReply.ErrorMessage refused) {
        // The one thing that it refuses is one more picture than it has room for.
        throw new ReviewQueueFullException(refused.getMessage());
      }
      throw new ReviewsUnansweredException(
          "the review queue did not answer within " + timeout + ": " + failed.getCause(), failed);
    } catch (TimeoutException late) {
      throw new ReviewsUnansweredException(
          "the review queue did not answer within " + timeout, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the review queue was asked", interrupted);
    }
  }
}
