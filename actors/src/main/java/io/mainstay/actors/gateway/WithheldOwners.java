package io.mainstay.actors.gateway;

import java.util.List;

/**
 * What the owners of a blob say about who may have it. Closed by default: the files of a session at
 * work are not judged yet, and a file that nobody needs any more is nobody's to fetch.
 */
final class WithheldOwners {
  private static final String REVIEW = "review:";
  private static final String HELD = "withheld:";
  private static final String REJECTED = "rejected:";
  private static final String CHECKPOINT = "checkpoint:";
  private static final String WORK = "/work";

  private WithheldOwners() {}

  /** Owner that says: a person rejected this picture of that session after it was delivered. */
  static String rejected(String sessionId) {
    return REJECTED + sessionId;
  }

  /** True when an owner keeps the blob to be fetched, and no person took that back. */
  static boolean handOut(List<String> owners) {
    return owners.stream()
        .anyMatch(owner -> keepsForFetching(owner) && !owners.contains(rejected(owner)));
  }

  /**
   * True when the gate or a person holds the blob back; else it is only of no session's outputs.
   */
  static boolean withhold(List<String> owners) {
    return owners.stream()
        .anyMatch(
            owner ->
                owner.startsWith(REVIEW) || owner.startsWith(HELD) || owner.startsWith(REJECTED));
  }

  private static boolean keepsForFetching(String owner) {
    return !owner.startsWith(REVIEW)
        && !owner.startsWith(HELD)
        && !owner.startsWith(REJECTED)
        && !owner.startsWith(CHECKPOINT)
        && !owner.endsWith(WORK);
  }
}
