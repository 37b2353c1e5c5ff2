package io.mainstay.actors.recovery.action;

import io.mainstay.actors.notification.Channel;
import io.mainstay.actors.notification.delivery.Courier;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import java.util.Optional;

/** Faults about services outside the node: those that administrators are told by. Pure. */
public final class ServiceSubjects {
  private ServiceSubjects() {}

  /** The channel whose service it is about, if it is about one. */
  public static Optional<Channel> channel(String subject) {
    return Optional.of(subject)
        .filter(one -> one.startsWith(Courier.SERVICE))
        .flatMap(one -> Channel.named(one.substring(Courier.SERVICE.length())));
  }

  /**
   * The action where a fault is about the node. What its own parts do is nothing to a service
   * outside: where the fault is about one the step is done with nothing, and says so.
   */
  public static RecoveryAction ofTheNode(RecoveryAction action) {
    return task ->
        channel(task.subject()).isPresent()
            ? Outcomes.now(
                Outcomes.done("it is about no part of the node, but about " + task.subject()))
            : action.perform(task);
  }
}
