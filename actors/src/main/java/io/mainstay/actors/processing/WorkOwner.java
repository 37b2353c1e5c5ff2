package io.mainstay.actors.processing;

import io.mainstay.persistence.checkpoint.CheckpointId;
import io.mainstay.persistence.session.DocumentRange;

/** Under which owners a session's blobs are kept. */
final class WorkOwner {
  /** What the names of such owners end with. */
  static final String SUFFIX = CheckpointId.SUFFIX;

  private WorkOwner() {}

  /** Inputs and batch results: until the session is over. Outputs belong to the session itself. */
  static String of(String sessionId) {
    return sessionId + SUFFIX;
  }

  /**
   * One checkpoint of one batch: as long as the retention keeps it, at most until the batch is
   * over. The parts of a split batch have owners of their own.
   *
   * @param step steps done
   */
  static String ofCheckpoint(String sessionId, DocumentRange range, int step) {
    return new CheckpointId(sessionId, range, step).owner();
  }

  /** The session of such an owner. */
  static String sessionOf(String owner) {
    return owner.substring(0, owner.indexOf('/'));
  }
}
