package io.mainstay.persistence.checkpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which checkpoints are let go. Never the one that the journal names: its batch goes on from there.
 * Pure.
 *
 * @param perBatch kept of one batch, the named one included, at least 1
 * @param maxAge others older than this are let go
 * @param maxBytes of all; beyond it the oldest others are let go
 */
public record CheckpointRetention(int perBatch, Duration maxAge, long maxBytes) {
  private static final String PATH = "mainstay.processing.checkpoint.";

  /**
   * One that is there.
   *
   * @param named by the journal
   * @param held since somebody was told of it: its size alone can make it go
   */
  public record Kept(CheckpointId id, long bytes, Instant takenAt, boolean named, boolean held) {}

  public CheckpointRetention {
    if (perBatch < 1 || perBatch > 64) {
      throw new IllegalArgumentException(
          PATH + "kept-per-batch is " + perBatch + "; allowed are 1 to 64");
    }
    if (maxAge.toMillis() < 1) {
      throw new IllegalArgumentException(PATH + "max-age is " + maxAge + "; at least 1 ms");
    }
    if (maxBytes < 0) {
      throw new IllegalArgumentException(PATH + "max-bytes is " + maxBytes + "; at least 0");
    }
  }

  /** Those to let go, the oldest first. */
  public List<CheckpointId> surplus(List<Kept> all, Instant now) {
    Set<CheckpointId> surplus = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    List<Kept> latestFirst = new ArrayList<>(all);
    latestFirst.sort(
        Comparator.comparing(Kept::named)
            .thenComparing(Kept::takenAt)
            .thenComparing(kept -> kept.id().step())
            .reversed());
    for (Kept kept : latestFirst) {
      int rank = seen.merge(kept.id().sessionId() + kept.id().range(), 1, Integer::sum);
      boolean old = kept.takenAt().plus(maxAge).isBefore(now);
      if (!kept.named() && !kept.held() && (rank > perBatch || old)) {
        surplus.add(kept.id());
      }
    }
    long bytes = 0;
    for (Kept kept : latestFirst) {
      if (!surplus.contains(kept.id())) {
        bytes += kept.bytes();
        if (bytes > maxBytes && !kept.named()) {
          surplus.add(kept.id());
          bytes -= kept.bytes();
        }
      }
    }
    List<Kept> oldestFirst = new ArrayList<>(latestFirst);
    oldestFirst.sort(Comparator.comparing(Kept::takenAt).thenComparing(kept -> kept.id().step()));
    return oldestFirst.stream().map(Kept::id).filter(surplus::contains).toList();
  }
}
