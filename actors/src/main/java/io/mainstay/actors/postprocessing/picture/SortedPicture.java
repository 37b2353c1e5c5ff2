package io.mainstay.actors.postprocessing.picture;

import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.session.BlobRef;
import java.util.List;

/**
 * A picture of a session, and whether it goes out. A person's decision counts more than the
 * policy's.
 *
 * @param attempts at its batch; see {@link io.mainstay.persistence.session.SessionWork.Completed}
 * @param review its entry in the review queue, or null: it needs none, or the queue is full
 */
record SortedPicture(
    PictureResults.Result result,
    List<String> operations,
    String policyVersion,
    String fingerprint,
    int attempts,
    Review review) {
  /** Among the outputs. */
  boolean delivered() {
    if (result.decision() == Decision.DELIVERED) {
      return true;
    }
    if (review == null) {
      return false;
    }
    return review.isOpen()
        ? result.decision() == Decision.FLAGGED
        : review.outcome().decision() == ReviewDecision.APPROVED;
  }

  /** Among the outputs, though the policy did not simply wave it through. */
  boolean flagged() {
    return delivered() && result.decision() != Decision.DELIVERED;
  }

  /** Kept back only because nobody could be asked: the queue is full. */
  boolean held() {
    return result.decision() != Decision.DELIVERED && review == null;
  }

  /** Its file among the outputs. */
  BlobRef file() {
    return new BlobRef(
        PictureName.of(result.index(), result.name()), result.sha256(), result.bytes());
  }

  PictureManifest.Entry entry() {
    return new PictureManifest.Entry(
        result.index(),
        delivered() ? file().name() : "",
        result.name(),
        result.texts(),
        result.sha256(),
        result.bytes(),
        result.width(),
        result.height(),
        fingerprint,
        attempts,
        operations,
        policyVersion,
        result.decision(),
        result.safety(),
        result.technicalQuality(),
        result.visualQuality(),
        result.enhancementEffectiveness(),
        result.reasons(),
        review == null ? "" : review.reviewId());
  }
}
