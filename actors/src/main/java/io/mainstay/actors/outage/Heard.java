package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;

/** What only the keeper tells itself. */
non-sealed interface Heard extends OutageCommand {
  record Signalled(DeviceSignal signal) implements Heard {}

  record AttemptDue(String deviceId, int attempt) implements Heard {}

  record FreezeOver(String deviceId, long sinceMillis) implements Heard {}

  /** Both sides were looked at; nothing is changed yet. */
  record Looked(String deviceId, long comparison, Reconciled found, Throwable failure)
      implements Heard {}

  record Compared(String deviceId, long comparison, Reconciled result, Throwable failure)
      implements Heard {}

  record Moved(String deviceId, long move, ModelCommand.Moved result, Throwable failure)
      implements Heard {}

  /** The journal has the event of that step, or did not answer in time. */
  record Written(String deviceId, long step, Throwable failure) implements Heard {}

  record NotifyOver(long noticeId) implements Heard {}

  record SubscriberGone(ActorRef<OutageNotice> subscriber) implements Heard {}
}
