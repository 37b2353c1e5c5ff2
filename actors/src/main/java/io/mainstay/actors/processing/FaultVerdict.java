package io.mainstay.actors.processing;

import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import java.util.EnumSet;
import java.util.Set;

/** What a fault of a living worker means for the batch that it answered. Pure. */
enum FaultVerdict {
  /** It lies in the documents: find the culprit. */
  REJECT,
  /** It says nothing about the batch: try again, as often as it takes. */
  TRY_AGAIN,
  /** Try again, and count. */
  TRY_AGAIN_COUNTED;

  // What a worker may hold against the content of a batch. Other refusals say nothing about it.
  private static final Set<WorkerFaultCode> OF_CONTENT =
      EnumSet.of(
          WorkerFaultCode.INVALID_REQUEST,
          WorkerFaultCode.BAD_TENSOR,
          WorkerFaultCode.OUTPUT_TOO_SMALL,
          WorkerFaultCode.ARENA_RANGE,
          WorkerFaultCode.INFERENCE_FAILED);

  /** Blame before budget: only what lies in the documents themselves is held against them. */
  static FaultVerdict of(WorkerFault fault) {
    boolean theirs = fault.blame() == WorkerBlame.REQUEST || fault.blame() == WorkerBlame.CLIENT;
    if (theirs && !fault.retryable() && OF_CONTENT.contains(fault.code())) {
      return REJECT;
    }
    return fault.code() == WorkerFaultCode.QUEUE_FULL || fault.code() == WorkerFaultCode.DRAINING
        ? TRY_AGAIN
        : TRY_AGAIN_COUNTED;
  }
}
