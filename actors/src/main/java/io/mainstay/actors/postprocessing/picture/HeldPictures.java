package io.mainstay.actors.postprocessing.picture;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.ReviewVerdict;
import java.io.IOException;
import java.util.List;

/** Pictures of a finished session that the review queue had no room for, from its manifest. */
public final class HeldPictures {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private HeldPictures() {}

  /** Who keeps the blobs of a session's pictures that are still to be queued. */
  public static String owner(String sessionId) {
    return "withheld:" + sessionId;
  }

  /**
   * Reads a manifest.
   *
   * @throws IllegalArgumentException if it is none of a session of pictures
   */
  public static List<JudgedPicture> in(byte[] manifest) {
    PictureManifest read;
    try {
      read = JSON.readValue(manifest, PictureManifest.class);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "The session has no manifest of pictures: " + unreadable.getMessage(), unreadable);
    }
    if (read.pictures() == null) {
      return List.of();
    }
    return read.pictures().stream()
        .filter(one -> one.decision() != Decision.DELIVERED && one.reviewId().isEmpty())
        .map(one -> judged(read.sessionId(), one))
        .toList();
  }

  private static JudgedPicture judged(String sessionId, PictureManifest.Entry one) {
    return new JudgedPicture(
        sessionId,
        one.index(),
        // Nobody got it, whatever the policy said: approving has to hand it out.
        ReviewVerdict.REJECTED,
        one.reasons(),
        one.safety().score(),
        Math.min(one.technicalQuality(), one.visualQuality()),
        one.policyVersion(),
        one.sha256(),
        one.bytes(),
        one.name());
  }
}
