package io.mainstay.actors.gateway;

import io.mainstay.persistence.session.SessionIds;
import java.util.List;

/**
 * What the owners of a blob say about who may have it. Closed by default: the files of a session at
 * work are not judged yet, and a file that nobody needs any more is nobody's to fetch.
 */
final class WithheldOwners {
  private static final String REVIEW = "review:";
  private static final String HELD = "withheld:";
  private static final String REJECTED = "rejected:";

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

  // Outputs are kept under their session's own id; every other owner has a word of its own.
  private static boolean keepsForFetching(String owner) {
    return SessionIds.isValid(owner);
  }
}
