package io.mainstay.actors.device.worker;

import io.mainstay.protocol.WorkerFault;

/** How a call to a worker ended. */
public sealed interface CallOutcome<T> {
  /** The worker answered. */
  record Done<T>(T value) implements CallOutcome<T> {}

  /** The worker, or the connection on its behalf, refused or failed this call; the worker lives. */
  record Failed<T>(WorkerFault fault) implements CallOutcome<T> {}

  /** The worker of that epoch died, or was closed, before it answered. */
  record WorkerLost<T>(long epoch) implements CallOutcome<T> {}
}
