package io.mainstay.actors.gateway;

/** What an owner of a picture's blob says about who may have it. */
final class WithheldOwners {
  private static final String REVIEW = "review:";
  private static final String HELD = "withheld:";
  private static final String WORK = "/work";

  private WithheldOwners() {}

  /** Kept for a person to look at. */
  static boolean withholds(String owner) {
    return owner.startsWith(REVIEW) || owner.startsWith(HELD);
  }

  /** Kept as an output or an input: whoever knows it may have it. */
  static boolean handsOut(String owner) {
    return !withholds(owner) && !owner.endsWith(WORK);
  }
}
