package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.protocol.WorkerBlame;
import java.util.Optional;

/** A worker's end, by cause, signal, exit status and what it was doing. Pure. */
public final class WorkerEnds {
  // Exit statuses of the worker, as its exit_status.h has them.
  private static final int ARENA_UNMAPPABLE = 11;
  private static final int BACKEND_MISSING = 12;
  private static final int SELF_CHECK_FAILED = 13;
  private static final int DEVICE_LOST = 16;
  private static final int DEVICE_MISSING = 17;
  private static final int SIGBUS = 7;
  private static final int SIGKILL = 9;

  private WorkerEnds() {}

  /**
   * The error that this end is; empty for one that the host asked for.
   *
   * @param loading whether a model was on its way into the worker
   */
  public static Optional<Recognised> recognise(DeathReport report, boolean loading) {
    return switch (report.cause()) {
      case STOPPED -> Optional.empty();
      case EXITED -> Optional.of(exited(report));
      case CRASHED ->
          report.signal() == SIGBUS
              ? as(ErrorNames.MEMORY_CORRUPTION_DETECTED, WorkerBlame.INFRASTRUCTURE, report)
              : as(ErrorNames.WORKER_PROCESS_DIED, WorkerBlame.WORKER, report);
      case KILLED -> as(ErrorNames.WORKER_PROCESS_DIED, WorkerBlame.INFRASTRUCTURE, report);
      case OUT_OF_MEMORY ->
          report.signal() == SIGKILL
              ? as(ErrorNames.SYSTEM_OUT_OF_MEMORY, WorkerBlame.INFRASTRUCTURE, report)
              : as(
                  loading
                      ? ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE
                      : ErrorNames.INFERENCE_RESOURCE_EXHAUSTION,
                  WorkerBlame.DEVICE,
                  report);
      case UNRESPONSIVE ->
          as(ErrorNames.PYTHON_WORKER_COMMUNICATION_TIMEOUT, WorkerBlame.WORKER, report);
      case WEDGED ->
          as(
              loading ? ErrorNames.MODEL_LOADING_DEADLOCK : ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
              WorkerBlame.WORKER,
              report);
      case PROTOCOL_ERROR -> as(ErrorNames.MESSAGE_CORRUPTION, WorkerBlame.WORKER, report);
      case INCOMPATIBLE ->
          as(ErrorNames.DEVICE_DRIVER_CORRUPTION, WorkerBlame.INFRASTRUCTURE, report);
      case NO_HELLO ->
          as(ErrorNames.PYTHON_WORKER_COMMUNICATION_TIMEOUT, WorkerBlame.INFRASTRUCTURE, report);
      case NOT_STARTED -> notStarted(report);
    };
  }

  private static Recognised exited(DeathReport report) {
    return report.exitCode() == DEVICE_LOST
        ? Recognised.of(ErrorNames.INFERENCE_ENGINE_FAILURE, WorkerBlame.DEVICE, report.detail())
        : Recognised.of(ErrorNames.WORKER_PROCESS_DIED, WorkerBlame.WORKER, report.detail());
  }

  private static Optional<Recognised> notStarted(DeathReport report) {
    return switch (report.exitCode()) {
      case BACKEND_MISSING, SELF_CHECK_FAILED, DEVICE_MISSING ->
          as(ErrorNames.DEVICE_DRIVER_CORRUPTION, WorkerBlame.DEVICE, report);
      case ARENA_UNMAPPABLE ->
          as(ErrorNames.VORTICE_ALLOCATION_FAILURE, WorkerBlame.INFRASTRUCTURE, report);
      default ->
          as(
              HostTroubles.named(report.detail()).orElse(ErrorNames.WORKER_PROCESS_DIED),
              WorkerBlame.INFRASTRUCTURE,
              report);
    };
  }

  private static Optional<Recognised> as(ErrorNames error, WorkerBlame blame, DeathReport report) {
    return Optional.of(Recognised.of(error, blame, report.detail()));
  }
}
