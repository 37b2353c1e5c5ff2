package io.mainstay.actors.consistency.sabotage;

import io.mainstay.actors.consistency.check.DivergenceKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Ways to harm, with the kind of divergence that each makes. */
public enum Sabotage {
  /** Memory is reserved for a model that is nowhere. */
  LEDGER_WITHOUT_MODEL(DivergenceKind.RESERVATION_WITHOUT_MODEL, true),
  /** The reservations of a device's models are given back while the models stay. */
  MODEL_WITHOUT_LEDGER(DivergenceKind.MODEL_WITHOUT_RESERVATION, false),
  /** The ledger has another size of a device's models. */
  WRONG_SIZE(DivergenceKind.RESERVATION_SIZE, false),
  /** The ledger's budget is another one. */
  LEDGER_BUDGET(DivergenceKind.LEDGER_BUDGET, false),
  /** A device's ledger is gone. */
  LOST_LEDGER(DivergenceKind.LEDGER_MISSING, false),
  /** The model domain believes that the device lost its models. */
  STALE_RESIDENCE(DivergenceKind.MODEL_WITHOUT_RESIDENCE, false),
  /** The model domain believes in a model that is nowhere. */
  GHOST_RESIDENCE(DivergenceKind.RESIDENCE_WITHOUT_MODEL, false),
  /** The inference domain believes in a model that is nowhere. */
  STALE_SEAT(DivergenceKind.SEAT_MODELS, false),
  /** The inference domain believes that the worker is suspected. */
  SHY_SEAT(DivergenceKind.SEAT_EPOCH, false),
  /** A turn for a session that has no runner. */
  LOST_TURN(DivergenceKind.TURN_WITHOUT_RUNNER, true),
  /** Heap of a session that has no runner. */
  LOST_HEAP(DivergenceKind.HEAP_WITHOUT_RUNNER, true),
  /** A session counts as open that never was. */
  GHOST_SESSION(DivergenceKind.SESSION_OVER, true),
  /** A session is durable and nobody knows of it. */
  FORGOTTEN_SESSION(DivergenceKind.SESSION_FORGOTTEN, true),
  /** Spans of the arena that no call holds. */
  LOST_LEASES(DivergenceKind.LEASES_WITHOUT_CALL, false),
  /** The worker unloads its models, and the host's books do not hear of it. */
  LOST_MODELS(DivergenceKind.MODEL_NOT_IN_WORKER, false),
  /** A shared memory file of this node that nobody maps. */
  STRAY_FILE(DivergenceKind.FILE_WITHOUT_ARENA, true),
  /** The same of a node that is dead. */
  DEAD_FILE(DivergenceKind.FILE_WITHOUT_HOST, true),
  /** A device is reserved for a transaction that never was. */
  LEAKED_RESERVATION(DivergenceKind.DEVICE_WITHOUT_HOLDING, false),
  /** Memory is set aside for a transaction that never was. */
  LEAKED_MEMORY(DivergenceKind.MEMORY_WITHOUT_HOLDING, true),
  /** Heap is set aside for a transaction that never was. */
  LEAKED_HEAP(DivergenceKind.HEAP_WITHOUT_HOLDING, true),
  /** A model is pinned for a transaction that never was. */
  LEAKED_PIN(DivergenceKind.PIN_WITHOUT_HOLDING, true),
  /** A worker reserves bytes for a transaction that never was. */
  LEAKED_WORKER_BYTES(DivergenceKind.WORKER_BYTES_WITHOUT_HOLDING, true),
  /** The device that a transaction reserved is given back behind its participant. */
  LOST_RESERVATION(DivergenceKind.HOLDING_WITHOUT_DEVICE, false),
  /** The memory of a transaction is given back behind its participant. */
  LOST_MEMORY(DivergenceKind.HOLDING_WITHOUT_MEMORY, true),
  /** The heap of a transaction is given back behind its participant. */
  LOST_HEAP_CLAIM(DivergenceKind.HOLDING_WITHOUT_HEAP, true),
  /** The model of a transaction is let go behind its participant. */
  LOST_PIN(DivergenceKind.HOLDING_WITHOUT_PIN, true),
  /** The worker drops what it reserved for a transaction. */
  LOST_WORKER_BYTES(DivergenceKind.HOLDING_WITHOUT_WORKER_BYTES, true),
  /** A participant is made to prepare for a transaction that never was. */
  LEFT_HOLDING(DivergenceKind.HOLDING_WITHOUT_TRANSACTION, true),
  /** A participant of a committed transaction is made to give back its part. */
  LOST_HOLDING(DivergenceKind.TRANSACTION_WITHOUT_HOLDING, true),
  /** A participant of a committed transaction has only prepared its part. */
  UNCOMMITTED_HOLDING(DivergenceKind.HOLDING_UNCOMMITTED, true),
  /** A transaction is committed for a load that never was. */
  ORPHANED_TRANSACTION(DivergenceKind.TRANSACTION_WITHOUT_SAGA, true),
  /** A transaction is begun in the journal, and nobody coordinates it. */
  FORGOTTEN_TRANSACTION(DivergenceKind.TRANSACTION_FORGOTTEN, true),
  /** A saga is begun in the journal, and nobody drives it. */
  FORGOTTEN_SAGA(DivergenceKind.SAGA_FORGOTTEN, true),
  /** Memory is set aside for what a worker asked for that is not there. */
  LEFT_GROWTH(DivergenceKind.RESERVATION_WITHOUT_WORKER, true),
  /** The worker has a model that nobody asked for. */
  STRAY_MODEL(DivergenceKind.MODEL_NOT_IN_BOOKS, false),
  /** The device domain believes that it told of a model that is nowhere. */
  WRONG_PUBLISHED(DivergenceKind.PUBLISHED_MODELS, false),
  /** The lease of loading is held for a saga that never was. */
  HELD_LEASE(DivergenceKind.LEASE_WITHOUT_SAGA, false),
  /**
   * Late, repeated and reordered messages: signals of a worker before, a correction of what is
   * another amount by now, commands of a transaction again and after its end. Nothing of it may be
   * applied, so it makes no divergence.
   */
  STALE(null, true);

  private final DivergenceKind kind;
  private final boolean distinct;

  Sabotage(DivergenceKind kind, boolean distinct) {
    this.kind = kind;
    this.distinct = distinct;
  }

  /** What it makes; empty if it makes none. */
  public Optional<DivergenceKind> kind() {
    return Optional.ofNullable(kind);
  }

  /** Whether each time makes a divergence of its own; otherwise one for each device at most. */
  public boolean distinct() {
    return distinct;
  }

  /** Such as {@code ledger-without-model}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Those that make divergences. */
  static List<Sabotage> harmful(boolean distinct) {
    return Arrays.stream(values())
        .filter(way -> way.kind != null && way.distinct == distinct)
        .toList();
  }
}
