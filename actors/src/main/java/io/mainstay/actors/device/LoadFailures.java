package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.WorkerFaults;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import java.util.Optional;

/** What a load that a worker did not do is called, and what is said of it. Pure. */
final class LoadFailures {
  private LoadFailures() {}

  /** The error that it is; of an optimized copy, that the copy is damaged. */
  static Optional<Recognised> recognise(LoadCall used, WorkerFault fault) {
    return OptimizedCopies.usesCopy(used)
        ? Optional.of(
            Recognised.of(
                ErrorNames.MODEL_CACHE_CORRUPTION,
                "the optimized copy of "
                    + used.modelId()
                    + " cannot be loaded: "
                    + fault.code()
                    + ", "
                    + fault.message()))
        : WorkerFaults.recognise(fault, WorkerFaults.Activity.LOADING);
  }

  /** For who wanted it. */
  static Refusal refusal(String deviceId, String modelId, WorkerFault fault) {
    boolean memory =
        fault.code() == WorkerFaultCode.MEMORY_BUDGET_EXCEEDED
            || fault.code() == WorkerFaultCode.OUT_OF_MEMORY;
    return Refusal.of(
        memory ? ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE : ErrorNames.MODEL_LOADING_FAILURE,
        "Model "
            + modelId
            + " was not loaded on "
            + deviceId
            + ": "
            + fault.code()
            + ", "
            + fault.message(),
        memory
            ? "Unload another model, or raise memory-budget of " + deviceId
            : "Check the model's files against their checksums and fetch them again");
  }

  /** The same when no worker survives it. */
  static Refusal deadly(String deviceId, String modelId, int deaths, int attempts) {
    return Refusal.of(
        ErrorNames.MODEL_LOADING_FAILURE,
        deaths
            + " workers of "
            + deviceId
            + " died loading model "
            + modelId
            + "; the limit is mainstay.device.restart.load-attempts = "
            + attempts,
        "The model's file is likely damaged or needs more memory than "
            + deviceId
            + " has: check both, then load it again");
  }
}
