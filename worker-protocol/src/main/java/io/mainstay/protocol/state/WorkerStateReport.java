package io.mainstay.protocol.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a worker holds, in its own words. Sizes in bytes.
 *
 * @param epoch of the worker
 * @param models loaded
 * @param accountedBytes loaded models, device allocations and reservations
 * @param budgetBytes as launched, 0 for none
 * @param limitBytes in force by policy, never above the budget; 0 for none
 * @param residentBytes of the device's memory, used by the process
 * @param reservations of transactions, prepared and committed
 * @param sessions of the orchestrator that it knows
 * @param lastSequence of the host's state messages that it took
 * @param arenaSegments mapped
 * @param arenaBytes mapped
 * @param versions in force, by event type, with {@code :id} where there are several
 */
public record WorkerStateReport(
    long epoch,
    List<Model> models,
    long accountedBytes,
    long budgetBytes,
    long limitBytes,
    long residentBytes,
    List<Reservation> reservations,
    List<Session> sessions,
    long lastSequence,
    int arenaSegments,
    long arenaBytes,
    Map<String, Long> versions) {
  public WorkerStateReport {
    models = List.copyOf(models);
    reservations = List.copyOf(reservations);
    sessions = List.copyOf(sessions);
    versions = Map.copyOf(versions);
  }

  /** A loaded model with its components in loading order. */
  public record Model(String modelId, long bytes, List<Component> components) {
    public Model {
      components = List.copyOf(components);
    }
  }

  /** One component; {@code sha256} of the file it was loaded from, in lower-case hex. */
  public record Component(String name, String sha256) {}

  /**
   * Memory held for a transaction.
   *
   * @param transactionId the transaction
   * @param bytes held
   * @param purpose as prepared
   * @param committed false while only prepared
   * @param left until a prepared one is aborted; zero when committed
   */
  public record Reservation(
      String transactionId, long bytes, String purpose, boolean committed, Duration left) {}

  /** A session; {@code held} requests wait for it to be resumed. */
  public record Session(String sessionId, boolean paused, int held, int operationsCompleted) {}

  /** Ids of the transactions that are prepared and not decided. */
  public List<String> preparedTransactions() {
    return reservations.stream()
        .filter(r -> !r.committed())
        .map(Reservation::transactionId)
        .toList();
  }
}
