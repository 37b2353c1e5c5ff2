package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** What happened to a device and its workers. Names and fields only grow. */
public sealed interface DeviceEvent extends CausedEvent {
  /** The node has this device. */
  record DeviceRegistered(
      EventMeta meta, String deviceId, String kind, int threads, long memoryBytes)
      implements DeviceEvent {}

  /** A worker process was created. */
  record WorkerLaunched(EventMeta meta, long epoch, long pid, String role) implements DeviceEvent {}

  /**
   * It said hello.
   *
   * @param helloMillis from launch to hello
   * @param identity backend, version and host of the worker, for people
   */
  record WorkerReady(EventMeta meta, long epoch, long pid, long helloMillis, String identity)
      implements DeviceEvent {}

  /**
   * It was silent or made no progress; it gets no new work.
   *
   * @param silentMillis since its last sign of life
   */
  record WorkerSuspected(EventMeta meta, long epoch, String reason, long silentMillis)
      implements DeviceEvent {}

  /** The suspicion was wrong. */
  record WorkerCleared(EventMeta meta, long epoch) implements DeviceEvent {}

  /**
   * It is gone.
   *
   * @param noticedBy what noticed first: exit, end of stdout, heartbeat, ...
   * @param exitCode -1 when a signal ended it or when it is unknown
   * @param signal 0 if none
   * @param lastFrame name of the last frame it sent
   * @param stderrTail its last lines
   * @param inFlight requests that it had not answered
   */
  record WorkerDied(
      EventMeta meta,
      long epoch,
      long pid,
      String cause,
      String noticedBy,
      int exitCode,
      int signal,
      String lastFrame,
      String stderrTail,
      int inFlight,
      String detail)
      implements DeviceEvent {}

  /**
   * Its successor gave a good answer or is ready.
   *
   * @param recoveryMillis from the noticed death
   */
  record WorkerRecovered(EventMeta meta, long epoch, long recoveryMillis) implements DeviceEvent {}

  /** The next launch waits. */
  record RestartScheduled(EventMeta meta, long delayMillis, String reason) implements DeviceEvent {}

  /** More restarts than the budget allows: the device is out of service. */
  record BudgetSpent(EventMeta meta, int restarts, long periodMillis) implements DeviceEvent {}

  /** A supervisor carried a directive out. */
  record DirectiveApplied(EventMeta meta, String directive, String code, String blame)
      implements DeviceEvent {}
}
