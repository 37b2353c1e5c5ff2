package io.mainstay.actors.notification.delivery;

/** How one attempt ended. */
public sealed interface DeliveryOutcome {
  /** The server took it. */
  record Taken() implements DeliveryOutcome {}

  /**
   * Not now: worth another attempt.
   *
   * @param cause without secrets, one line
   * @param trouble what is wrong with the service, as the journal may have it
   */
  record Failed(String cause, ServiceTrouble trouble) implements DeliveryOutcome {}

  /**
   * Never, as it is.
   *
   * @param cause without secrets, one line
   */
  record Rejected(String cause) implements DeliveryOutcome {}
}
