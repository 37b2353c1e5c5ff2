package io.mainstay.actors.device.worker.process;

import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.arena.TensorArena;

/** Faults by which the connection itself refuses a call. The worker never hears of these calls. */
final class Refusals {
  private Refusals() {}

  static WorkerFault notUp(String deviceId) {
    return busy("Worker " + deviceId + " has not said hello yet");
  }

  static WorkerFault queueFull(String deviceId, int callsMax) {
    return busy(
        "Worker "
            + deviceId
            + " has "
            + callsMax
            + " open calls, its limit (mainstay.device.worker.queue-depth); send again when one is"
            + " answered");
  }

  static WorkerFault stateQueueFull(String deviceId, int callsMax) {
    return busy(
        "Worker "
            + deviceId
            + " has "
            + callsMax
            + " unanswered messages of the state protocol, the limit; send again when one is"
            + " answered");
  }

  static WorkerFault notReading(String deviceId) {
    return busy("Worker " + deviceId + " does not read its stdin");
  }

  static WorkerFault arenaFull(String deviceId, TensorArena arena) {
    return busy(
        "The arena of worker "
            + deviceId
            + " has "
            + arena.freeBytes()
            + " of "
            + arena.capacity()
            + " bytes free; send again when a call is answered");
  }

  static WorkerFault neverFits(TensorArena arena) {
    return invalid(
        "The tensors of this call do not fit an arena of "
            + arena.capacity()
            + " bytes with segments of up to "
            + arena.segmentBytesMax()
            + "; send less at a time or raise mainstay.device.worker.arena-segments");
  }

  static WorkerFault speaksNoState(String deviceId, int minor) {
    return invalid(
        "Worker "
            + deviceId
            + " speaks minor protocol version "
            + minor
            + ", the state protocol came with 1; install the mainstay-worker of this release");
  }

  static WorkerFault unsendable(String why) {
    return invalid("The request cannot be sent: " + why);
  }

  private static WorkerFault busy(String message) {
    return new WorkerFault(WorkerFaultCode.QUEUE_FULL, WorkerBlame.INFRASTRUCTURE, true, message);
  }

  private static WorkerFault invalid(String message) {
    return new WorkerFault(WorkerFaultCode.INVALID_REQUEST, WorkerBlame.REQUEST, false, message);
  }
}
