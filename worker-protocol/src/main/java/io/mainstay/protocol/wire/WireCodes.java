package io.mainstay.protocol.wire;

import io.mainstay.protocol.LoadStage;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.WorkerState;

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
    WorkerBlame[] known = WorkerBlame.values();
    return code < known.length ? known[code] : WorkerBlame.WORKER;
  }

  /** A state we do not know counts as busy. */
  static WorkerState state(int code) {
    WorkerState[] known = WorkerState.values();
    return code < known.length ? known[code] : WorkerState.COMPUTING;
  }

  /** A stage we do not know is somewhere in the middle. */
  static LoadStage stage(int code) {
    LoadStage[] known = LoadStage.values();
    return code < known.length ? known[code] : LoadStage.CREATING_SESSION;
  }

  /** A level we do not know counts as the worst. */
  static PressureLevel pressure(int code) {
    PressureLevel[] known = PressureLevel.values();
    return code < known.length ? known[code] : PressureLevel.CRITICAL;
  }
}
