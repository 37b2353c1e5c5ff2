package io.mainstay.actors.notification.delivery;

/** One way to administrators. Thread-safe. */
public interface DeliveryMethod {
  /** Sends one message; blocks, for a bounded time. Never throws. */
  DeliveryOutcome deliver(Outgoing message);
}
