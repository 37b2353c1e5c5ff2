package io.mainstay.persistence.checkpoint;

import java.time.Instant;

/**
 * A checkpoint in the blob store.
 *
 * @param component whose state it is; empty in version 1
 * @param sha256 of its blob; empty if that cannot be told
 * @param bytes of its blob
 * @param version of its format; 0 if it cannot be read
 * @param takenAt when; in version 1 when it was stored
 * @param baseSha256 checkpoint that it is the difference to; empty for a full one
 * @param chain checkpoints that are needed for its state, itself included; 0 if one is no use
 * @param problem why nobody can go on from it, or empty
 */
public record StoredCheckpoint(
    CheckpointId id,
    String component,
    String sha256,
    long bytes,
    int version,
    Instant takenAt,
    String baseSha256,
    int chain,
    String problem) {
  /** True if its whole chain is there and has its checksums. */
  public boolean sound() {
    return problem.isEmpty();
  }
}
