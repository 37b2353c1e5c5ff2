package io.mainstay.actors.outage;

import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.report.Reconciled;
import java.util.List;

/** What only the keeper tells itself. */
non-sealed interface Heard extends OutageCommand {
  record Signalled(DeviceSignal signal) implements Heard {}

  record AttemptDue(String deviceId, int attempt) implements Heard {}

  record FreezeOver(String deviceId, long sinceMillis) implements Heard {}

  record Compared(String deviceId, long epoch, Reconciled result, Throwable failure)
      implements Heard {}

  record Moved(String deviceId, String reason, List<String> moved, Throwable failure)
      implements Heard {}

  record SubscriberGone(Object subscriber) implements Heard {}
}
