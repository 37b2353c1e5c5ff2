package io.mainstay.persistence.review;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;

/**
 * One picture of the queue.
 *
 * @param opened the event that opened it
 * @param outcome null while it is open
 */
public record Review(String reviewId, JudgedPicture picture, EventMeta opened, Outcome outcome)
    implements WireMessage {
  /**
   * What a person decided.
   *
   * @param note in their words, or empty
   */
  public record Outcome(ReviewDecision decision, String decidedBy, String note, Instant at) {}

  /** True while nobody decided. */
  public boolean isOpen() {
    return outcome == null;
  }

  /** Owner of the reference to its file in the blob store. */
  public String blobOwner() {
    return blobOwner(reviewId);
  }

  /** Owner of the reference to a review's file in the blob store. */
  public static String blobOwner(String reviewId) {
    return "review:" + reviewId;
  }

  Review decided(ReviewEvent.ReviewDecided event) {
    return new Review(
        reviewId,
        picture,
        opened,
        new Outcome(event.decision(), event.decidedBy(), event.note(), event.meta().at()));
  }
}
