package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.consistency.check.DivergenceKind;
import io.mainstay.actors.recovery.ErrorNames;

/** Two parts of the node that disagree, by what they disagree about. Pure. */
public final class Divergences {
  private Divergences() {}

  /**
   * The error that this divergence is.
   *
   * @param evidence where, and what each side says
   */
  public static Recognised recognise(DivergenceKind kind, String evidence) {
    return Recognised.of(error(kind), kind.wireName() + ": " + evidence);
  }

  private static ErrorNames error(DivergenceKind kind) {
    return switch (kind) {
      case LEDGER_MISSING,
          LEDGER_BUDGET,
          RESERVATION_WITHOUT_MODEL,
          RESERVATION_WITHOUT_WORKER,
          MODEL_WITHOUT_RESERVATION,
          RESERVATION_SIZE,
          MEMORY_WITHOUT_HOLDING,
          HOLDING_WITHOUT_MEMORY,
          WORKER_BYTES_WITHOUT_HOLDING,
          WORKER_BYTES,
          HOLDING_WITHOUT_WORKER_BYTES,
          RESIDENT_BYTES,
          LEASES_WITHOUT_CALL,
          MAPPING_WITHOUT_WORKER,
          ARENA_NOT_MAPPED,
          DESCRIPTOR_ON_ARENA,
          FILE_WITHOUT_ARENA,
          FILE_WITHOUT_HOST ->
          ErrorNames.MEMORY_SYNC_FAILURE;
      case RESIDENT_ABOVE_BUDGET -> ErrorNames.MODEL_MEMORY_LEAK;
      case SEAT_EPOCH,
          SLOT_WITHOUT_PROCESS,
          PROCESS_GROUP,
          PROCESS_EPOCH,
          WORKER_WITHOUT_SLOT,
          WORKER_WITHOUT_HOST,
          DEVICE_WITHOUT_HOLDING,
          HOLDING_WITHOUT_DEVICE ->
          ErrorNames.DEVICE_STATUS_SYNC_FAILURE;
      case LEASE_WITHOUT_SAGA -> ErrorNames.MODEL_LOADING_DEADLOCK;
      case TURN_WITHOUT_RUNNER -> ErrorNames.BATCH_PROCESSING_DEADLOCK;
      case HEAP_WITHOUT_RUNNER, HEAP_WITHOUT_HOLDING -> ErrorNames.POSTPROCESSING_MEMORY_LEAK;
      case MODEL_FILE_MISSING -> ErrorNames.MODEL_DEPENDENCY_FAILURE;
      case MODEL_FILE_CONTENT -> ErrorNames.MODEL_CACHE_CORRUPTION;
      case SESSION_FORGOTTEN, SESSION_OVER -> ErrorNames.SESSION_MANAGEMENT_CORRUPTION;
      case RESIDENCE_WITHOUT_MODEL,
          MODEL_WITHOUT_RESIDENCE,
          PUBLISHED_MODELS,
          SEAT_MODELS,
          MODEL_NOT_IN_WORKER,
          MODEL_NOT_IN_BOOKS,
          TRANSACTION_FORGOTTEN,
          TRANSACTION_STALLED,
          TRANSACTION_WITHOUT_HOLDING,
          TRANSACTION_WITHOUT_SAGA,
          HOLDING_WITHOUT_TRANSACTION,
          HOLDING_UNCOMMITTED,
          SAGA_FORGOTTEN,
          SAGA_STALLED,
          PIN_WITHOUT_HOLDING,
          HOLDING_WITHOUT_PIN,
          HOLDING_WITHOUT_HEAP ->
          ErrorNames.STATE_DIVERGENCE_DETECTED;
    };
  }
}
