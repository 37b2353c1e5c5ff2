package io.mainstay.persistence.review;

import java.util.List;

/**
 * A picture as the policy judged it.
 *
 * @param index of the picture among its session's documents
 * @param reasons one sentence each
 * @param contentSafetyScore fraction 0 to 1; more is safer
 * @param qualityScore 0 to 10; more is better
 * @param policyVersion of the policy that judged it
 * @param pictureSha256 of the file, which is in the blob store
 * @param pictureBytes size of the file
 * @param prompt what was asked for, or empty
 */
public record JudgedPicture(
    String sessionId,
    int index,
    ReviewVerdict verdict,
    List<String> reasons,
    double contentSafetyScore,
    double qualityScore,
    String policyVersion,
    String pictureSha256,
    long pictureBytes,
    String prompt) {
  public JudgedPicture {
    reasons = List.copyOf(reasons);
  }

  /** The same, with a prompt of at most so many characters; the cut is marked. */
  JudgedPicture withPromptAtMost(int characters) {
    if (prompt.length() <= characters) {
      return this;
    }
    // Never between the two halves of one character.
    int end = characters - (Character.isHighSurrogate(prompt.charAt(characters - 1)) ? 1 : 0);
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
        prompt.substring(0, end) + " ...");
  }

  boolean isOf(String otherSession, int otherIndex) {
    return sessionId.equals(otherSession) && index == otherIndex;
  }
}
