package io.mainstay.persistence.session;

/**
 * What to do with a batch whose worker died. Pure. One death may be bad luck, so the batch is sent
 * again whole; at the second it is split, and its halves inherit the deaths, so that a half that
 * dies too is split at once; a document alone with the third death is the culprit.
 *
 * @param splitAfterDeaths deaths at which a batch of several documents is split
 * @param poisonAfterDeaths deaths at which a document alone is given up; not fewer
 */
public record PoisonRule(int splitAfterDeaths, int poisonAfterDeaths) {
  public PoisonRule {
    if (splitAfterDeaths < 1 || poisonAfterDeaths < splitAfterDeaths) {
      throw new IllegalArgumentException(
          SessionSettings.PATH
              + ": split-after-deaths ("
              + splitAfterDeaths
              + ") must be 1 or more and poison-after-deaths ("
              + poisonAfterDeaths
              + ") not below it");
    }
  }

  /** The three answers. */
  public enum Verdict {
    /** The same batch again. */
    SEND_AGAIN,
    /** Its halves instead. */
    SPLIT,
    /** The document is poison. */
    POISON
  }

  /**
   * Decides.
   *
   * @param deaths workers that died with this batch or with one that it was split from, this death
   *     included
   */
  public Verdict decide(DocumentRange range, int deaths) {
    if (range.size() > 1) {
      return deaths >= splitAfterDeaths ? Verdict.SPLIT : Verdict.SEND_AGAIN;
    }
    return deaths >= poisonAfterDeaths ? Verdict.POISON : Verdict.SEND_AGAIN;
  }
}
