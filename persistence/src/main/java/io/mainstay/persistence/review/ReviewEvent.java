package io.mainstay.persistence.review;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What happened to pictures that need a person. Names and fields only grow. */
public sealed interface ReviewEvent extends CausedEvent {
  /** Which picture. */
  String reviewId();

  /**
   * A picture waits for a decision. Its file lives as long as {@code review:<reviewId>} refers to
   * it; whoever opens the review adds that reference.
   *
   * @param reviewId ULID
   * @param index of the picture among its session's documents
   * @param contentSafetyScore fraction 0 to 1
   * @param qualityScore 0 to 10
   * @param prompt perhaps cut
   */
  record ReviewOpened(
      EventMeta meta,
      String reviewId,
      String sessionId,
      int index,
      ReviewVerdict verdict,
      List<String> reasons,
      double contentSafetyScore,
      double qualityScore,
      String policyVersion,
      String pictureSha256,
      long pictureBytes,
      String prompt)
      implements ReviewEvent {
    public ReviewOpened {
      reasons = List.copyOf(reasons);
    }

    static ReviewOpened of(EventMeta meta, String reviewId, JudgedPicture picture) {
      return new ReviewOpened(
          meta,
          reviewId,
          picture.sessionId(),
          picture.index(),
          picture.verdict(),
          picture.reasons(),
          picture.contentSafetyScore(),
          picture.qualityScore(),
          picture.policyVersion(),
          picture.pictureSha256(),
          picture.pictureBytes(),
          picture.prompt());
    }

    JudgedPicture picture() {
      return new JudgedPicture(
          sessionId,
          index,
          verdict,
          reasons,
          contentSafetyScore,
          qualityScore,
          policyVersion,
          pictureSha256,
          pictureBytes,
          prompt);
    }
  }

  /** A person decided; once for each picture. */
  record ReviewDecided(
      EventMeta meta, String reviewId, ReviewDecision decision, String decidedBy, String note)
      implements ReviewEvent {}
}
