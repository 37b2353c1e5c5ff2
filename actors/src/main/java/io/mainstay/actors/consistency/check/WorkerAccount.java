package io.mainstay.actors.consistency.check;

import java.util.Map;

/**
 * What a worker itself says it holds. Sizes in bytes.
 *
 * @param models bytes by model that is loaded in it
 * @param accountedBytes all that it counts as taken
 * @param reservations bytes by transaction, prepared or committed
 * @param arenaSegments mapped
 * @param arenaBytes mapped
 */
public record WorkerAccount(
    Map<String, Long> models,
    long accountedBytes,
    Map<String, Long> reservations,
    int arenaSegments,
    long arenaBytes) {
  public WorkerAccount {
    models = Map.copyOf(models);
    reservations = Map.copyOf(reservations);
  }

  /** What the models and the reservations take together. */
  public long explainedBytes() {
    return models.values().stream().mapToLong(Long::longValue).sum()
        + reservations.values().stream().mapToLong(Long::longValue).sum();
  }
}
