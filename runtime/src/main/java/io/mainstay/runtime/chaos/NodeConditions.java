package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.time.Instant;
import java.util.List;

/** Conditions of the node and its machine: its books, its files, its requests. */
final class NodeConditions {
  /** A request makes no sense. */
  static final Condition REQUEST_NONSENSE =
      Condition.named("request-nonsense", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE)
          .by(RequestCausers::nonsense);

  /** A turn on a device is held, and nobody works on it; the end of a worker puts that right. */
  static final Condition TURN_HELD =
      Condition.named("turn-held", ErrorNames.BATCH_PROCESSING_DEADLOCK)
          .needs(Need.FAULT_INJECTION)
          .notInStorms()
          .by(divergence("lost-turn"));

  /** Heap is held for a session that nobody works on. */
  static final Condition HEAP_LEAKED =
      Condition.named("heap-leaked", ErrorNames.POSTPROCESSING_MEMORY_LEAK)
          .needs(Need.FAULT_INJECTION)
          .by(divergence("lost-heap"));

  /** A session counts as open that never was. */
  static final Condition SESSION_GHOST =
      Condition.named("session-ghost", ErrorNames.SESSION_MANAGEMENT_CORRUPTION)
          .needs(Need.FAULT_INJECTION)
          .by(divergence("ghost-session"));

  /** Two domains say different things about a worker. */
  static final Condition SEAT_WRONG =
      Condition.named("seat-wrong", ErrorNames.DEVICE_STATUS_SYNC_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .notInStorms()
          .by(divergence("shy-seat"));

  /** Memory is booked for nobody. */
  static final Condition MEMORY_BOOKED_FOR_NOBODY =
      Condition.named("memory-booked-for-nobody", ErrorNames.MEMORY_SYNC_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .by(divergence("leaked-memory"));

  /** A model is pinned for nobody. */
  static final Condition PIN_FOR_NOBODY =
      Condition.named("pin-for-nobody", ErrorNames.STATE_DIVERGENCE_DETECTED)
          .needs(Need.FAULT_INJECTION)
          .by(divergence("leaked-pin"));

  /** Somebody left shared memory behind that cannot be deleted. */
  static final Condition LEFTOVER_STUCK =
      Condition.named("leftover-stuck", ErrorNames.CONSISTENCY_REPAIR_FAILURE)
          .needs(Need.OWN_NODE, Need.BUSY_FILE)
          .on(Setup.TIGHT)
          .mustEnd()
          .endedBy(HostCausers::clear)
          .by(HostCausers::leaveBehind);

  /** The process may open no more files. */
  static final Condition FILES_EXHAUSTED =
      Condition.named("files-exhausted", ErrorNames.TOO_MANY_OPEN_FILES)
          .needs(Need.OWN_NODE, Need.SIGNALS, Need.FILE_LIMIT)
          .on(Setup.TIGHT)
          .by(HostCausers::exhaustFiles);

  /** Results cannot be put down: a file is where their directory should be. */
  static final Condition SPOOL_BLOCKED =
      Condition.named("spool-blocked", ErrorNames.POSTPROCESSING_ENGINE_FAILURE)
          .needs(Need.OWN_NODE)
          .on(Setup.TIGHT)
          .endedBy(DiskCausers::freeSpool)
          .by(DiskCausers::blockSpool);

  /** The disk of the node's data is full. */
  static final Condition DISK_FULL =
      Condition.named("disk-full", ErrorNames.DATABASE_FAILURE)
          .needs(Need.OWN_NODE, Need.SMALL_DISK)
          .saidAfterwards()
          .on(Setup.SMALL_DISK)
          .endedBy(DiskCausers::free)
          .by(DiskCausers::fill);

  /** Different critical errors come at once. */
  static final Condition CRITICALS_AT_ONCE =
      Condition.named("criticals-at-once", ErrorNames.MULTIPLE_CRITICAL_FAILURES)
          .needs(Need.OWN_NODE, Need.SIGNALS)
          .notInStorms()
          .endedBy(FileCausers::restoreMany)
          .by(FileCausers::manyCriticals);

  /** Somebody holds the journal's file for longer than a domain may take to answer. */
  static final Condition JOURNAL_HELD =
      Condition.named("journal-held", ErrorNames.CROSS_DOMAIN_COMMUNICATION_FAILURE)
          .needs(Need.OWN_NODE)
          .on(Setup.TIGHT)
          .by(DiskCausers::holdJournal);

  /** Somebody holds the journal's file for longer than a session tries to journal what it did. */
  static final Condition RECORDS_HELD =
      Condition.named("records-held", ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE)
          .needs(Need.OWN_NODE)
          .on(Setup.TIGHT)
          .by(DiskCausers::holdRecords);

  /** Two transactions claim the same heap. */
  static final Condition CLAIMS_CROSS =
      Condition.named("claims-cross", ErrorNames.RESOURCE_ALLOCATION_CONFLICT)
          .needs(Need.OWN_NODE)
          .notInStorms()
          .mustEnd()
          .endedBy(MemoryCausers::free)
          .by(MemoryCausers::crossClaims);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          REQUEST_NONSENSE,
          TURN_HELD,
          HEAP_LEAKED,
          SESSION_GHOST,
          SEAT_WRONG,
          MEMORY_BOOKED_FOR_NOBODY,
          PIN_FOR_NOBODY,
          LEFTOVER_STUCK,
          FILES_EXHAUSTED,
          SPOOL_BLOCKED,
          DISK_FULL,
          CRITICALS_AT_ONCE,
          JOURNAL_HELD,
          RECORDS_HELD,
          CLAIMS_CROSS);

  private NodeConditions() {}

  private static Causer divergence(String kind) {
    return (stage, device) -> {
      Instant at = Instant.now();
      stage.diverge(kind, at.toEpochMilli());
      return at;
    };
  }
}
