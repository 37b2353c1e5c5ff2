package io.mainstay.actors.processing;

import io.mainstay.persistence.session.DocumentRange;

/** Under which owners a session's blobs are kept. */
final class WorkOwner {
  /** What the names of such owners end with. */
  static final String SUFFIX = "/work";

  private WorkOwner() {}

  /** Inputs and batch results: until the session is over. Outputs belong to the session itself. */
  static String of(String sessionId) {
    return sessionId + SUFFIX;
  }

  /**
   * One checkpoint of one batch: until the journal names the next one, or the batch is over. The
   * parts of a split batch have owners of their own.
   *
   * @param step steps done
   */
  static String ofCheckpoint(String sessionId, DocumentRange range, int step) {
    return sessionId + "/checkpoint-" + range.from() + "-" + range.to() + "-" + step + SUFFIX;
  }

  /** The session of such an owner. */
  static String sessionOf(String owner) {
    return owner.substring(0, owner.indexOf('/'));
  }
}
