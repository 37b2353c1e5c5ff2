package io.mainstay.actors.consistency.check;

import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What all parts of a node said of themselves, one after another within a moment. Immutable.
 *
 * @param present parts that answered; what the others would say is empty
 * @param devices of the device domain and its slots
 * @param ledgers of the memory domain
 * @param models of the model domain
 * @param work of the inference and processing domains
 * @param transactions what their participants hold
 * @param sagas that run
 * @param journal what is durable
 * @param system what the kernel says
 */
public record NodeSnapshot(
    Set<Part> present,
    List<DeviceFacts> devices,
    List<LedgerView> ledgers,
    ModelFacts models,
    WorkFacts work,
    TransactionFacts transactions,
    SagaFacts sagas,
    JournalFacts journal,
    SystemFacts system) {
  /** Who is asked. */
  public enum Part {
    DEVICE,
    MEMORY,
    MODEL,
    INFERENCE,
    PROCESSING,
    TRANSACTION,
    JOURNAL,
    SYSTEM,
    FILES
  }

  public NodeSnapshot {
    present = present.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(present));
    devices = List.copyOf(devices);
    ledgers = List.copyOf(ledgers);
  }

  /** Whether enough is known for that check. */
  public boolean allows(CheckType check) {
    return present.containsAll(check.needs());
  }
}
