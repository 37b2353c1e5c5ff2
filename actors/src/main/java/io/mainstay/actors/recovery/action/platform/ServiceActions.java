package io.mainstay.actors.recovery.action.platform;

import io.mainstay.actors.notification.Channel;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.delivery.CourierHealth;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ServiceSubjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The services outside the node that a recovery can be about: those that administrators are told
 * by. What waits for one is tried at once, and then with the pauses of its courier: a recovery does
 * not call more often than the service allows. It has recovered when its service took a message.
 */
final class ServiceActions {
  private final ActionFloor floor;

  ServiceActions(ActionFloor floor) {
    this.floor = floor;
  }

  CompletionStage<RecoveryStepOutcome> reconnect(Task task) {
    return ServiceSubjects.channel(task.subject())
        .map(known -> reconnect(task, known))
        .orElseGet(
            () ->
                CompletableFuture.completedStage(
                    new RecoveryStepOutcome.Done(
                        "it is about no service outside the node: " + task.subject())));
  }

  private CompletionStage<RecoveryStepOutcome> reconnect(Task task, Channel channel) {
    AtomicReference<String> seen = new AtomicReference<>(channel.text() + " did not answer");
    return look(channel, true)
        .thenCompose(
            before ->
                floor.await(
                    task,
                    () ->
                        look(channel, false)
                            .thenApply(
                                now -> {
                                  seen.set(now.text());
                                  return now.delivers()
                                      ? Optional.of(done(before, now))
                                      : Optional.empty();
                                }),
                    seen::get));
  }

  private static RecoveryStepOutcome done(CourierHealth before, CourierHealth now) {
    return new RecoveryStepOutcome.Done(now.text() + "; when this began: " + before.text());
  }

  private CompletionStage<CourierHealth> look(Channel channel, boolean tryNow) {
    return floor.ask(
        floor.around().notifications(),
        replyTo -> new NotificationCommand.LookAtDelivery(channel, tryNow, replyTo));
  }
}
