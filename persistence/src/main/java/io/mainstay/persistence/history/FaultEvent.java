package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** Faults and what supervision decided about them. Names and fields only grow. */
public sealed interface FaultEvent extends CausedEvent {
  /**
   * An error of the catalog was raised.
   *
   * @param code name in the catalog
   * @param priority recovery priority, 1 to 4
   * @param blame client, request, worker, device or infrastructure
   */
  record FaultRaised(
      EventMeta meta,
      String code,
      String domain,
      String severity,
      int priority,
      String blame,
      String evidence)
      implements FaultEvent {}

  /**
   * What the domain's supervisor does about it.
   *
   * @param directive stop, restart-with-backoff, restart or resume
   * @param child path of the actor it applies to
   */
  record DirectiveChosen(
      EventMeta meta, String code, String domain, String directive, String child, String reason)
      implements FaultEvent {}

  /**
   * A child of supervision is gone for good: its directive was to stop, or its budget is spent.
   *
   * @param component path of the actor
   */
  record ComponentStopped(EventMeta meta, String component, String reason) implements FaultEvent {}
}
