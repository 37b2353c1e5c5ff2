package io.mainstay.actors.recovery.action.device;

import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.notification.NotificationLine;
import io.mainstay.actors.notification.NotificationSettings;
import io.mainstay.actors.notification.RecoveryNotices;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Outcomes;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * People are told that not all devices serve: done when it is in what is shown to them. The same
 * told shortly before counts: then it is not told again.
 */
final class ReducedFunctionNotice {
  private final ActionFloor floor;
  private final DeviceFloor devices;

  ReducedFunctionNotice(ActionFloor floor, DeviceFloor devices) {
    this.floor = floor;
    this.devices = devices;
  }

  CompletionStage<RecoveryStepOutcome> tell(Task task) {
    Duration window =
        floor.around().config().getDuration(NotificationSettings.PATH + ".repeat-window");
    Instant since = Instant.now().minus(window);
    return devices
        .all()
        .thenCompose(
            all -> {
              String states = Workers.text(all);
              floor
                  .around()
                  .notifications()
                  .tell(
                      RecoveryNotices.deviceDiscovery(
                          states,
                          "work for devices that do not serve waits or goes to others",
                          task.plan().error(),
                          task.cause()));
              return floor.await(
                  task,
                  () ->
                      floor
                          .<NotificationCommand, NotificationCommand.Lines>ask(
                              floor.around().notifications(),
                              replyTo ->
                                  new NotificationCommand.GetLines(0, Integer.MAX_VALUE, replyTo))
                          .thenApply(shown -> told(shown.lines(), since, states)),
                  () -> "it is not among the notifications that people are shown");
            });
  }

  private static Optional<RecoveryStepOutcome> told(
      List<NotificationLine> shown, Instant since, String states) {
    return shown.stream()
        .filter(line -> line.kind().equals(NotificationKind.DEVICE_DISCOVERY_RECOVERED.text()))
        .filter(line -> !line.at().isBefore(since))
        .reduce((earlier, later) -> later)
        .map(
            line ->
                Outcomes.done(
                    "people are shown since "
                        + line.at()
                        + ": "
                        + line.title()
                        + "; now "
                        + states));
  }
}
