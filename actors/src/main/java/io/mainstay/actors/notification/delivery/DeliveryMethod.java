package io.mainstay.actors.notification.delivery;

/** One way to administrators. Thread-safe. */
public interface DeliveryMethod {
  /** Sends one message; blocks, for a bounded time. Never throws. */
  DeliveryOutcome deliver(Outgoing message);

  /**
   * Reads its credentials again from where the settings name them; the next message goes with them.
   * Blocks for as long as reading a file takes. Never throws.
   *
   * @return what became of it, one line without secrets
   */
  String renew();
}
