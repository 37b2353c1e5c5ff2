package io.mainstay.actors.support;

import io.mainstay.actors.postprocessing.picture.ReviewQueueFullException;
import io.mainstay.actors.postprocessing.picture.Reviews;
import io.mainstay.actors.postprocessing.picture.ReviewsUnansweredException;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.serialization.EventMeta;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A review queue in memory; full or broken as a test asks for. */
public final class MemoryReviews implements Reviews {
  private final List<Review> reviews = new ArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private int room = Integer.MAX_VALUE;

  /** The next openings fail, as of a queue whose journal cannot be written. */
  public void failNext(int count) {
    failures.set(count);
  }

  /** It takes so many reviews in all. */
  public synchronized void room(int most) {
    room = most;
  }

  public synchronized List<Review> all() {
    return List.copyOf(reviews);
  }

  /** A person decides. */
  public synchronized void decide(int index, ReviewDecision decision) {
    Review review = reviews.get(index);
    reviews.set(
        index,
        new Review(
            review.reviewId(),
            review.picture(),
            review.opened(),
            new Review.Outcome(decision, "test", "", Instant.EPOCH)));
  }

  @Override
  public synchronized Review open(JudgedPicture picture)
      throws ReviewQueueFullException, IOException {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new ReviewsUnansweredException("the review queue did not answer within PT10S", null);
    }
    for (Review known : reviews) {
      if (known.picture().sessionId().equals(picture.sessionId())
          && known.picture().index() == picture.index()) {
        return known;
      }
    }
    if (reviews.size() >= room) {
      throw new ReviewQueueFullException(room + " wait already; decide some of them");
    }
    Review review =
        new Review(
            "R" + reviews.size(), picture, new EventMeta("E", "C", "C", Instant.EPOCH), null);
    reviews.add(review);
    return review;
  }
}
