package io.mainstay.persistence.session;

/**
 * Under which owners the checkpoints of batches are kept in the blob store: {@code
 * checkpoint:<sessionId>:<first document>}. The order that loses nothing: put the new checkpoint
 * and add its reference, record it, and only when that is durable make it the owner's only one.
 */
public final class CheckpointOwner {
  /** What the names of such owners begin with. */
  public static final String PREFIX = "checkpoint:";

  private CheckpointOwner() {}

  /** Owner of a batch's checkpoints. The left part of a split batch has that of the whole. */
  public static String of(String sessionId, DocumentRange range) {
    return prefixOf(sessionId) + range.from();
  }

  /** What the owners of one session's checkpoints begin with. */
  public static String prefixOf(String sessionId) {
    return PREFIX + sessionId + ":";
  }

  /** The session of such an owner. */
  public static String sessionOf(String owner) {
    int end = owner.indexOf(':', PREFIX.length());
    if (!owner.startsWith(PREFIX) || end < 0) {
      throw new IllegalArgumentException("'" + owner + "' owns no checkpoints");
    }
    return owner.substring(PREFIX.length(), end);
  }
}
