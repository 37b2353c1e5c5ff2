package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What people are told of outages. */
record OutageAlerts(ActorRef<AlertCommand> desk) {
  void disagree(String deviceId, List<String> remaining, EventMeta cause) {
    desk.tell(
        new AlertCommand.Raise(
            OutageKeeper.DISAGREEMENT_ALERT,
            deviceId,
            "the node and the worker of "
                + deviceId
                + " do not agree after a repair: "
                + String.join("; ", remaining),
            "See 'mainstay models' and 'mainstay devices'; unload and load the models that are"
                + " named, or stop the worker: its successor is compared anew",
            cause));
  }

  void agree(String deviceId, EventMeta cause) {
    desk.tell(
        new AlertCommand.Clear(
            OutageKeeper.DISAGREEMENT_ALERT, deviceId, "both sides agree again", cause));
  }

  void failedOver(String deviceId, String reason, List<String> others, EventMeta cause) {
    desk.tell(
        new AlertCommand.Raise(
            OutageKeeper.FAILOVER_ALERT,
            deviceId,
            "the device "
                + deviceId
                + " is out of reach: "
                + reason
                + "; "
                + (others.isEmpty()
                    ? "no other device serves, so its work waits"
                    : "its work goes to " + String.join(", ", others)),
            "See 'mainstay devices' and 'mainstay journal show' for the device; the alert is"
                + " cleared when it serves again",
            cause));
  }

  void notMoved(String deviceId, List<String> models, EventMeta cause) {
    desk.tell(
        new AlertCommand.Raise(
            OutageKeeper.NOT_MOVED_ALERT,
            deviceId,
            "models that "
                + deviceId
                + " alone had are on no other device: "
                + String.join("; ", models),
            "Load them with 'mainstay models load' where there is room, or bring the device back;"
                + " the alert is cleared when it serves again",
            cause));
  }

  void servesAgain(String deviceId, EventMeta cause) {
    desk.tell(
        new AlertCommand.Clear(
            OutageKeeper.FAILOVER_ALERT, deviceId, "the device serves again", cause));
    desk.tell(
        new AlertCommand.Clear(
            OutageKeeper.NOT_MOVED_ALERT, deviceId, "the device serves again", cause));
  }
}
