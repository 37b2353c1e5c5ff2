package io.mainstay.actors.consistency.check;

import java.util.List;

/** One comparison. Pure: the same snapshot gives the same answer. */
public interface ConsistencyCheck {
  /** Its name, and what it needs. */
  CheckType type();

  /** Every divergence in the snapshot, each once; the snapshot has all parts that it needs. */
  List<Divergence> compare(NodeSnapshot snapshot);

  /** All checks, in the order of {@link CheckType}. */
  static List<ConsistencyCheck> all(Tolerance tolerance, AgeLimits ages) {
    return List.of(
        new DeviceMemoryCheck(),
        new ModelCacheCheck(tolerance),
        new WorkResourceCheck(),
        new ArenaCheck(),
        new WorkerProcessCheck(),
        new ResidentMemoryCheck(tolerance),
        new SharedFileCheck(),
        new ModelFileCheck(),
        new JournalMemoryCheck(),
        new TransactionHoldingCheck(),
        new WorkerAccountCheck(tolerance),
        new TransactionCompletenessCheck(ages),
        new SagaDriverCheck(ages));
  }
}
