package io.mainstay.actors.consistency.check;

import static io.mainstay.actors.consistency.check.CheckType.ARENA_ALLOCATION_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.DEVICE_MEMORY_ALLOCATION_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.JOURNAL_MEMORY_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.MODEL_CACHE_VRAM_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.MODEL_FILE_REGISTRY_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.PROCESSING_INFERENCE_RESOURCE_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.SAGA_DRIVER_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.SHARED_FILE_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.TRANSACTION_COMPLETENESS_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.TRANSACTION_HOLDING_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.WORKER_ACCOUNT_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.WORKER_PROCESS_SLOT_CONSISTENCY;
import static io.mainstay.actors.consistency.check.CheckType.WORKER_RESIDENT_MEMORY_CONSISTENCY;

import java.util.Locale;

/** Ways in which two parts can disagree: the field, who owns it, how bad it is, what repairs it. */
public enum DivergenceKind {
  /** A device has no ledger. */
  LEDGER_MISSING(
      DEVICE_MEMORY_ALLOCATION_CONSISTENCY,
      "ledger",
      Authority.DEVICE,
      RepairAction.REGISTER_DEVICE),
  /** The ledger's budget is not the device's. */
  LEDGER_BUDGET(
      DEVICE_MEMORY_ALLOCATION_CONSISTENCY,
      "memory_budget",
      Authority.DEVICE,
      RepairAction.REGISTER_DEVICE),
  /** Memory is set aside for a model that the device neither has nor is to have. */
  RESERVATION_WITHOUT_MODEL(
      DEVICE_MEMORY_ALLOCATION_CONSISTENCY,
      "reservation",
      Authority.WORKER,
      RepairAction.CORRECT_LEDGER),
  /** Memory is set aside for what a worker asked for that is not there any more. */
  RESERVATION_WITHOUT_WORKER(
      DEVICE_MEMORY_ALLOCATION_CONSISTENCY,
      "reservation",
      Authority.DEVICE,
      RepairAction.CORRECT_LEDGER),
  /** The worker has a model for which nothing is set aside. */
  MODEL_WITHOUT_RESERVATION(
      MODEL_CACHE_VRAM_CONSISTENCY, "reservation", Authority.WORKER, RepairAction.CORRECT_LEDGER),
  /** What is set aside is not what the worker measured. */
  RESERVATION_SIZE(
      MODEL_CACHE_VRAM_CONSISTENCY,
      "reserved_bytes",
      Authority.WORKER,
      RepairAction.CORRECT_LEDGER),
  /** The model domain believes a model loaded that the worker does not have. */
  RESIDENCE_WITHOUT_MODEL(
      MODEL_CACHE_VRAM_CONSISTENCY, "residence", Authority.WORKER, RepairAction.REPUBLISH_DEVICE),
  /** The worker has a model of which the model domain does not know. */
  MODEL_WITHOUT_RESIDENCE(
      MODEL_CACHE_VRAM_CONSISTENCY, "residence", Authority.WORKER, RepairAction.REPUBLISH_DEVICE),
  /** The device's published models are not those of its worker. */
  PUBLISHED_MODELS(
      MODEL_CACHE_VRAM_CONSISTENCY,
      "published_models",
      Authority.WORKER,
      RepairAction.REPUBLISH_DEVICE),
  /** The inference domain sends to another incarnation than the one that serves. */
  SEAT_EPOCH(
      PROCESSING_INFERENCE_RESOURCE_CONSISTENCY,
      "worker_epoch",
      Authority.DEVICE,
      RepairAction.REPUBLISH_DEVICE),
  /** The inference domain's copy of the worker's models is wrong. */
  SEAT_MODELS(
      PROCESSING_INFERENCE_RESOURCE_CONSISTENCY,
      "worker_models",
      Authority.WORKER,
      RepairAction.REPUBLISH_DEVICE),
  /** A turn whose session has no runner. */
  TURN_WITHOUT_RUNNER(
      PROCESSING_INFERENCE_RESOURCE_CONSISTENCY,
      "turn",
      Authority.PROCESSING,
      RepairAction.RELEASE_TURN),
  /** Heap of a session that has no runner. */
  HEAP_WITHOUT_RUNNER(
      PROCESSING_INFERENCE_RESOURCE_CONSISTENCY,
      "heap_claim",
      Authority.PROCESSING,
      RepairAction.RELEASE_HEAP),
  /** Spans are taken and no call is in flight. */
  LEASES_WITHOUT_CALL(
      ARENA_ALLOCATION_CONSISTENCY, "leases", Authority.DEVICE, RepairAction.RECLAIM_LEASES),
  /** Arena memory of an incarnation that no slot has is still mapped. */
  MAPPING_WITHOUT_WORKER(
      ARENA_ALLOCATION_CONSISTENCY, "mapping", Authority.DEVICE, RepairAction.NONE, Severity.MINOR),
  /** A slot's process does not exist. */
  SLOT_WITHOUT_PROCESS(
      WORKER_PROCESS_SLOT_CONSISTENCY,
      "process_id",
      Authority.OPERATING_SYSTEM,
      RepairAction.REPLACE_WORKER),
  /** A worker is not the leader of a group of its own, so its children could outlive it. */
  PROCESS_GROUP(
      WORKER_PROCESS_SLOT_CONSISTENCY,
      "process_group",
      Authority.OPERATING_SYSTEM,
      RepairAction.REPLACE_WORKER),
  /** A worker was launched as another incarnation than its slot believes. */
  PROCESS_EPOCH(
      WORKER_PROCESS_SLOT_CONSISTENCY,
      "process_epoch",
      Authority.OPERATING_SYSTEM,
      RepairAction.REPLACE_WORKER),
  /** A worker of this node that no slot has. */
  WORKER_WITHOUT_SLOT(
      WORKER_PROCESS_SLOT_CONSISTENCY, "worker", Authority.DEVICE, RepairAction.KILL_PROCESS),
  /** A worker whose node is dead. */
  WORKER_WITHOUT_HOST(
      WORKER_PROCESS_SLOT_CONSISTENCY,
      "host_pid",
      Authority.OPERATING_SYSTEM,
      RepairAction.KILL_PROCESS),
  /** What a worker said it has is far from what the kernel counts. */
  RESIDENT_BYTES(
      WORKER_RESIDENT_MEMORY_CONSISTENCY,
      "resident_bytes",
      Authority.OPERATING_SYSTEM,
      RepairAction.NONE,
      Severity.MINOR),
  /** A worker has more memory than budget, arena and allowance together. */
  RESIDENT_ABOVE_BUDGET(
      WORKER_RESIDENT_MEMORY_CONSISTENCY,
      "memory_budget",
      Authority.DEVICE,
      RepairAction.NONE,
      Severity.MINOR),
  /** A shared memory file of this node that no starting worker needs. */
  FILE_WITHOUT_ARENA(
      SHARED_FILE_CONSISTENCY, "shared_file", Authority.DEVICE, RepairAction.DELETE_FILE),
  /** A shared memory file whose node is dead. */
  FILE_WITHOUT_HOST(
      SHARED_FILE_CONSISTENCY, "shared_file", Authority.OPERATING_SYSTEM, RepairAction.DELETE_FILE),
  /** A descriptor of this process on an arena's file, which is closed once it is mapped. */
  DESCRIPTOR_ON_ARENA(
      SHARED_FILE_CONSISTENCY, "descriptor", Authority.DEVICE, RepairAction.NONE, Severity.MINOR),
  /** A file of a model that counts as sound is not there. */
  MODEL_FILE_MISSING(
      MODEL_FILE_REGISTRY_CONSISTENCY,
      "model_file",
      Authority.OPERATING_SYSTEM,
      RepairAction.VERIFY_MODEL),
  /** A file of a model that counts as sound has other bytes. */
  MODEL_FILE_CONTENT(
      MODEL_FILE_REGISTRY_CONSISTENCY,
      "sha256",
      Authority.OPERATING_SYSTEM,
      RepairAction.VERIFY_MODEL),
  /** The journal has an open session of which nobody in memory knows. */
  SESSION_FORGOTTEN(
      JOURNAL_MEMORY_CONSISTENCY, "session", Authority.JOURNAL, RepairAction.CONTINUE_SESSION),
  /** A session counts as open in memory that the journal says is over, or never had. */
  SESSION_OVER(
      JOURNAL_MEMORY_CONSISTENCY, "session", Authority.JOURNAL, RepairAction.CLOSE_SESSION),
  /** A device is reserved by a transaction that no participant knows. */
  DEVICE_WITHOUT_HOLDING(
      TRANSACTION_HOLDING_CONSISTENCY,
      "device_reservation",
      Authority.TRANSACTION,
      RepairAction.GIVE_BACK_DEVICE),
  /** Memory is set aside for a transaction that no participant knows. */
  MEMORY_WITHOUT_HOLDING(
      TRANSACTION_HOLDING_CONSISTENCY,
      "reservation",
      Authority.TRANSACTION,
      RepairAction.CORRECT_LEDGER),
  /** Heap is set aside for a transaction that no participant knows. */
  HEAP_WITHOUT_HOLDING(
      TRANSACTION_HOLDING_CONSISTENCY, "heap_claim", Authority.TRANSACTION, RepairAction.FREE_HEAP),
  /** Models are pinned for a transaction that no participant knows. */
  PIN_WITHOUT_HOLDING(
      TRANSACTION_HOLDING_CONSISTENCY, "pin", Authority.TRANSACTION, RepairAction.UNPIN),
  /** A worker reserves bytes for a transaction that its participant does not know. */
  WORKER_BYTES_WITHOUT_HOLDING(
      TRANSACTION_HOLDING_CONSISTENCY,
      "worker_reservation",
      Authority.TRANSACTION,
      RepairAction.ABORT_IN_WORKER),
  /** A participant holds a device that is not reserved. */
  HOLDING_WITHOUT_DEVICE(
      TRANSACTION_HOLDING_CONSISTENCY,
      "device_reservation",
      Authority.TRANSACTION,
      RepairAction.HOLD_AGAIN),
  /** A participant holds memory that the ledger does not have. */
  HOLDING_WITHOUT_MEMORY(
      TRANSACTION_HOLDING_CONSISTENCY,
      "reservation",
      Authority.TRANSACTION,
      RepairAction.HOLD_AGAIN),
  /** A participant holds heap that is not set aside. */
  HOLDING_WITHOUT_HEAP(
      TRANSACTION_HOLDING_CONSISTENCY,
      "heap_claim",
      Authority.TRANSACTION,
      RepairAction.HOLD_AGAIN),
  /** A participant holds a model that is not pinned. */
  HOLDING_WITHOUT_PIN(
      TRANSACTION_HOLDING_CONSISTENCY, "pin", Authority.TRANSACTION, RepairAction.HOLD_AGAIN),
  /** The slot's books have a model that is not in the worker. */
  MODEL_NOT_IN_WORKER(
      WORKER_ACCOUNT_CONSISTENCY, "loaded_model", Authority.WORKER, RepairAction.TAKE_ACCOUNT),
  /** The worker has a model that is not in the slot's books. */
  MODEL_NOT_IN_BOOKS(
      WORKER_ACCOUNT_CONSISTENCY, "loaded_model", Authority.WORKER, RepairAction.TAKE_ACCOUNT),
  /** A worker at rest accounts for more or less than its models and reservations. */
  WORKER_BYTES(
      WORKER_ACCOUNT_CONSISTENCY,
      "accounted_bytes",
      Authority.WORKER,
      RepairAction.NONE,
      Severity.MINOR),
  /** A worker maps another size of arena than the host has. */
  ARENA_NOT_MAPPED(
      WORKER_ACCOUNT_CONSISTENCY,
      "arena_bytes",
      Authority.WORKER,
      RepairAction.NONE,
      Severity.MINOR),
  /** The journal has an open transaction that nobody carries on. */
  TRANSACTION_FORGOTTEN(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "coordinator",
      Authority.JOURNAL,
      RepairAction.WAKE_TRANSACTION),
  /** The journal has an open transaction whose coordinator does nothing. */
  TRANSACTION_STALLED(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "coordinator",
      Authority.JOURNAL,
      RepairAction.WAKE_TRANSACTION),
  /** A participant holds something for a transaction that never began, or is over. */
  HOLDING_WITHOUT_TRANSACTION(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "holding",
      Authority.JOURNAL,
      RepairAction.SETTLE_HOLDING),
  /** A participant has only prepared what the journal says is committed by all. */
  HOLDING_UNCOMMITTED(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "commitment",
      Authority.JOURNAL,
      RepairAction.SETTLE_HOLDING),
  /** A participant does not hold what the journal says it committed. */
  TRANSACTION_WITHOUT_HOLDING(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "holding",
      Authority.JOURNAL,
      RepairAction.PREPARE_AGAIN),
  /** A participant holds bytes in a worker that reserves none for it. */
  HOLDING_WITHOUT_WORKER_BYTES(
      TRANSACTION_COMPLETENESS_CONSISTENCY,
      "worker_reservation",
      Authority.TRANSACTION,
      RepairAction.RELEASE_TRANSACTION),
  /** A transaction stands for a load whose saga is over. */
  TRANSACTION_WITHOUT_SAGA(
      SAGA_DRIVER_CONSISTENCY, "owner", Authority.JOURNAL, RepairAction.RELEASE_TRANSACTION),
  /** The journal has an open saga that nobody drives. */
  SAGA_FORGOTTEN(SAGA_DRIVER_CONSISTENCY, "driver", Authority.JOURNAL, RepairAction.REDRIVE_SAGA),
  /** The journal has an open saga whose driver does nothing. */
  SAGA_STALLED(SAGA_DRIVER_CONSISTENCY, "driver", Authority.JOURNAL, RepairAction.REDRIVE_SAGA),
  /** A saga that is over has the lease of loading onto a device. */
  LEASE_WITHOUT_SAGA(SAGA_DRIVER_CONSISTENCY, "lease", Authority.JOURNAL, RepairAction.FREE_LEASE);

  /** How bad it is. */
  public enum Severity {
    /** Nothing is wrong that work could feel yet. */
    MINOR,
    /** Something is lost, taken twice or wrong. */
    MAJOR
  }

  private final CheckType check;
  private final String field;
  private final Authority owner;
  private final RepairAction repair;
  private final Severity severity;

  DivergenceKind(CheckType check, String field, Authority owner, RepairAction repair) {
    this(check, field, owner, repair, Severity.MAJOR);
  }

  DivergenceKind(
      CheckType check, String field, Authority owner, RepairAction repair, Severity severity) {
    this.check = check;
    this.field = field;
    this.owner = owner;
    this.repair = repair;
    this.severity = severity;
  }

  /** Which check finds it. */
  public CheckType check() {
    return check;
  }

  /** What the two disagree about. */
  public String field() {
    return field;
  }

  /** Who is right. */
  public Authority owner() {
    return owner;
  }

  public RepairAction repair() {
    return repair;
  }

  public Severity severity() {
    return severity;
  }

  /** Such as {@code reservation_without_model}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
