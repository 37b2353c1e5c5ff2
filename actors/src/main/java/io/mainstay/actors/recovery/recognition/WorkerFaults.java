package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.protocol.WorkerFault;
import java.util.Optional;

/** Faults that a living worker reports, by their code on the wire and what it was asked. Pure. */
public final class WorkerFaults {
  /** What the worker was asked. */
  public enum Activity {
    LOADING,
    INFERRING
  }

  private WorkerFaults() {}

  /** The error that this fault is; empty for what is an answer and no error. */
  public static Optional<Recognised> recognise(WorkerFault fault, Activity activity) {
    return error(fault, activity)
        .map(
            error ->
                Recognised.of(
                    error,
                    fault.blame(),
                    fault.code().name() + " (" + fault.code().code() + "): " + fault.message()));
  }

  private static Optional<ErrorNames> error(WorkerFault fault, Activity activity) {
    boolean loading = activity == Activity.LOADING;
    return switch (fault.code()) {
      // Busy, leaving, taken back or not allowed: answers.
      case CANCELLED, QUEUE_FULL, DRAINING, INJECTION_DISABLED -> Optional.empty();
      case INVALID_REQUEST ->
          Optional.of(
              loading
                  ? ErrorNames.MODEL_LOADING_FAILURE
                  : ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE);
      case BAD_TENSOR, OUTPUT_TOO_SMALL ->
          Optional.of(ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE);
      case UNKNOWN_MODEL, ALREADY_LOADED -> Optional.of(ErrorNames.STATE_DIVERGENCE_DETECTED);
      case ARENA_RANGE, PROTOCOL_ERROR -> Optional.of(ErrorNames.MESSAGE_CORRUPTION);
      case DEADLINE_EXCEEDED ->
          Optional.of(
              loading ? ErrorNames.MODEL_LOADING_DEADLOCK : ErrorNames.INFERENCE_TIMEOUT_EXCEEDED);
      case MODEL_FILE_UNREADABLE -> Optional.of(ErrorNames.MODEL_DEPENDENCY_FAILURE);
      case CHECKSUM_MISMATCH, MODEL_CORRUPT -> Optional.of(ErrorNames.MODEL_CACHE_CORRUPTION);
      case MODEL_REFUSED -> Optional.of(ErrorNames.INFERENCE_MODEL_INCOMPATIBILITY);
      case LOAD_REFUSED -> Optional.of(ErrorNames.MODEL_LOADING_FAILURE);
      case MEMORY_BUDGET_EXCEEDED, OUT_OF_MEMORY ->
          Optional.of(
              loading
                  ? ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE
                  : ErrorNames.INFERENCE_RESOURCE_EXHAUSTION);
      case INFERENCE_FAILED ->
          Optional.of(
              fault.blame().countsAgainstHealth()
                  ? ErrorNames.INFERENCE_ENGINE_FAILURE
                  : ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE);
      case BACKEND_FAILED, INTERNAL ->
          Optional.of(
              loading ? ErrorNames.MODEL_LOADING_FAILURE : ErrorNames.INFERENCE_ENGINE_FAILURE);
    };
  }
}
