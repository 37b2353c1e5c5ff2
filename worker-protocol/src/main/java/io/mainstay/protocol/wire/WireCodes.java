package io.mainstay.protocol.wire;

import io.mainstay.protocol.LoadStage;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.WorkerState;
import io.mainstay.protocol.state.SafetyClassification;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.TransactionResult;

/**
 * Numbers on the wire to the host's enums. A worker of a newer minor version may send numbers we do
 * not know; each falls to the value that is safe to act on.
 */
final class WireCodes {
  private WireCodes() {}

  /** Unknown codes become INTERNAL, which supervision may hold against the worker. */
  static WorkerFault fault(int code, int blame, boolean retryable, String message) {
    WorkerBlame whose = blame(blame);
    for (WorkerFaultCode known : WorkerFaultCode.values()) {
      if (known.code() == code) {
        return new WorkerFault(known, whose, retryable, message);
      }
    }
    return new WorkerFault(
        WorkerFaultCode.INTERNAL, whose, retryable, "fault code " + code + ": " + message);
  }

  private static WorkerBlame blame(int code) {
    return known(WorkerBlame.values(), code, WorkerBlame.WORKER);
  }

  /** A state we do not know counts as busy. */
  static WorkerState state(int code) {
    return known(WorkerState.values(), code, WorkerState.COMPUTING);
  }

  /** A stage we do not know is somewhere in the middle. */
  static LoadStage stage(int code) {
    return known(LoadStage.values(), code, LoadStage.CREATING_SESSION);
  }

  /** A level we do not know counts as the worst. */
  static PressureLevel pressure(int code) {
    return known(PressureLevel.values(), code, PressureLevel.CRITICAL);
  }

  /** A refusal we do not know is a refusal. */
  static StateRefusal refusal(int code) {
    return known(StateRefusal.values(), code, StateRefusal.INVALID);
  }

  /** A result we do not know promises nothing. */
  static TransactionResult result(int code) {
    return known(TransactionResult.values(), code, TransactionResult.UNKNOWN_TRANSACTION);
  }

  /** A priority we do not know counts as the highest. */
  static StatePriority priority(int code) {
    return known(StatePriority.values(), code, StatePriority.CRITICAL);
  }

  /** A class we do not know counts as unsafe. */
  static SafetyClassification safety(int code) {
    return known(SafetyClassification.values(), code, SafetyClassification.UNSAFE);
  }

  private static <E> E known(E[] all, int code, E otherwise) {
    return code < all.length ? all[code] : otherwise;
  }
}
