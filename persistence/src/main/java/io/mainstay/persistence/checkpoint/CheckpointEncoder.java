package io.mainstay.persistence.checkpoint;

import java.time.Instant;
import java.util.List;

/**
 * The checkpoint that the next one of the same batch may be the difference to. A difference is
 * taken where it is small enough, since it ties its base to it; every so many checkpoints a full
 * one is written, so that no chain is long. Pure; a value.
 *
 * @param sha256 of it
 * @param state whole
 * @param sha256s of its chain, itself first
 */
public record CheckpointEncoder(String sha256, byte[] state, List<String> sha256s) {
  /**
   * When a difference is taken.
   *
   * @param fullEvery checkpoints of a chain at most; 1 for none but full ones
   * @param shareMax of the full one's bytes that a difference may have, above 0 to 1
   */
  public record Limits(int fullEvery, double shareMax) {}

  public CheckpointEncoder {
    sha256s = List.copyOf(sha256s);
  }

  /**
   * The next one.
   *
   * @param before the one before, or null
   */
  public static CheckpointBlob encode(
      CheckpointEncoder before,
      Limits limits,
      List<String> fingerprints,
      Instant takenAt,
      int step,
      String component,
      byte[] state) {
    CheckpointBlob full = CheckpointBlob.full(fingerprints, takenAt, step, component, state);
    if (before == null || before.sha256s().size() >= limits.fullEvery()) {
      return full;
    }
    CheckpointBlob difference = full.differenceTo(before.sha256(), before.state(), state);
    return difference.body().length < limits.shareMax() * full.body().length ? difference : full;
  }
}
