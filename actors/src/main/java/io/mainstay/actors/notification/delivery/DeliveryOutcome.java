package io.mainstay.actors.notification.delivery;

/** How one attempt ended. */
public sealed interface DeliveryOutcome {
  /** The server took it. */
  record Taken() implements DeliveryOutcome {}

  /**
   * Not now: worth another attempt.
   *
   * @param cause without secrets, one line
   */
  record Failed(String cause) implements DeliveryOutcome {}

  /**
   * Never, as it is.
   *
   * @param cause without secrets, one line
   */
  record Rejected(String cause) implements DeliveryOutcome {}
}
