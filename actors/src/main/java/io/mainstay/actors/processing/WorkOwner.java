package io.mainstay.actors.processing;

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
   * Checkpoints of one batch: until it has its result. Two owners take turns.
   *
   * @param from first document of the batch
   * @param slot 0 or 1
   */
  static String ofCheckpoint(String sessionId, int from, int slot) {
    return sessionId + "/checkpoint-" + from + "-" + slot + SUFFIX;
  }

  /** The session of such an owner. */
  static String sessionOf(String owner) {
    return owner.substring(0, owner.indexOf('/'));
  }
}
