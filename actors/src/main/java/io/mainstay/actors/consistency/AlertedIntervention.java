package io.mainstay.actors.consistency;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.persistence.serialization.EventMeta;

/** Calls a person by the alert {@code alert_manual_intervention} about {@code consistency}. */
public final class AlertedIntervention implements ManualIntervention {
  /** Kind of the alert. */
  public static final String KIND = "alert_manual_intervention";

  private static final String SUBJECT = "consistency";

  private final ActorRef<AlertCommand> alerts;

  /** By that desk. */
  public AlertedIntervention(ActorRef<AlertCommand> alerts) {
    this.alerts = alerts;
  }

  @Override
  public void call(String message, String remedy, EventMeta cause) {
    alerts.tell(new AlertCommand.Raise(KIND, SUBJECT, message, remedy, cause));
  }

  @Override
  public void over(EventMeta cause) {
    alerts.tell(new AlertCommand.Clear(KIND, SUBJECT, "the node is consistent again", cause));
  }
}
