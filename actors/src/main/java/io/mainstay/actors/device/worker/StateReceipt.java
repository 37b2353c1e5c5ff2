package io.mainstay.actors.device.worker;

import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateRefused;

/** How a state message that was published to a worker ended. Exactly one for each. */
public sealed interface StateReceipt {
  /** The worker took it, and that version is in force. */
  record Acknowledged(StateAck ack) implements StateReceipt {}

  /**
   * Not taken, nothing changed: by the worker, or by the connection on its behalf (LIMIT_REACHED:
   * too many open calls, send again; UNSUPPORTED: the worker is of protocol version 0).
   */
  record Refused(StateRefused refusal) implements StateReceipt {}

  /** The worker died, or was closed, before it answered; whether it applied it is of no matter. */
  record WorkerLost(long epoch) implements StateReceipt {}
}
