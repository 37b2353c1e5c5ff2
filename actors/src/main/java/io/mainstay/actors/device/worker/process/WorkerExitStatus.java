package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import java.util.Arrays;
import java.util.Optional;

/** Exit statuses of {@code mainstay-worker}; mirrors its {@code exit_status.h}. */
enum WorkerExitStatus {
  DONE(0, DeathCause.EXITED, "left by itself"),
  USAGE(2, DeathCause.NOT_STARTED, "refused its command line; host and worker do not match"),
  WRONG_HOST(
      10, DeathCause.NOT_STARTED, "its parent is not the host that launched it; launch it again"),
  ARENA_UNMAPPABLE(
      11,
      DeathCause.NOT_STARTED,
      "could not map its arena; check mainstay.device.worker.arena-directory and the limits of this"
          + " user"),
  BACKEND_MISSING(
      12,
      DeathCause.NOT_STARTED,
      "could not load ONNX Runtime; check mainstay.device.worker.onnx-runtime, or the onnx-runtime"
          + " of the device"),
  SELF_CHECK_FAILED(
      13,
      DeathCause.NOT_STARTED,
      "computed a wrong self-check; this ONNX Runtime does not fit this machine"),
  PROTOCOL_ERROR(14, DeathCause.PROTOCOL_ERROR, "found the host's byte stream garbled"),
  OUT_OF_MEMORY(
      15,
      DeathCause.OUT_OF_MEMORY,
      "ran out of memory; raise the device's memory-budget or load less"),
  DEVICE_LOST(
      16,
      DeathCause.EXITED,
      "lost its device: a GPU error after which no call of that process works; a new worker may"),
  DEVICE_MISSING(
      17,
      DeathCause.NOT_STARTED,
      "found no such device; it says on stderr what is missing: driver, device or plug-in library"),
  INTERNAL(70, DeathCause.EXITED, "found a defect of its own");

  private final int code;
  private final DeathCause cause;
  private final String meaning;

  WorkerExitStatus(int code, DeathCause cause, String meaning) {
    this.code = code;
    this.cause = cause;
    this.meaning = meaning;
  }

  static Optional<WorkerExitStatus> of(int code) {
    return Arrays.stream(values()).filter(status -> status.code == code).findFirst();
  }

  int code() {
    return code;
  }

  DeathCause cause() {
    return cause;
  }

  /** What it means, and where one can act, what to do. */
  String meaning() {
    return meaning;
  }
}
