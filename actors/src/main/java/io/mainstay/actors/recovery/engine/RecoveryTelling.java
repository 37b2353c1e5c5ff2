package io.mainstay.actors.recovery.engine;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.RecoveryNotices;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Wanted;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.time.Duration;

/**
 * What people are told of recoveries: how far they are, how they ended, where a person must act.
 */
final class RecoveryTelling {
  private static final String STUCK = "recovery_stuck";
  private static final String TOO_MANY = "recoveries_too_many";

  private final String nodeId;
  private final ActorRef<AlertCommand> alerts;
  private final ActorRef<NotificationCommand> notifications;

  /**
   * @param nodeId of this node
   */
  RecoveryTelling(
      String nodeId, ActorRef<AlertCommand> alerts, ActorRef<NotificationCommand> notifications) {
    this.nodeId = nodeId;
    this.alerts = alerts;
    this.notifications = notifications;
  }

  /** One is not begun: as many wait as may. */
  void tooMany(Wanted wanted, int waiting) {
    alerts.tell(
        new AlertCommand.Raise(
            TOO_MANY,
            nodeId,
            "%s for %s is not begun: %d wait already (%s.waiting-max)"
                .formatted(
                    wanted.definition().name(),
                    wanted.error().name(),
                    waiting,
                    CoordinatorSettings.PATH),
            "See 'mainstay recoveries' for what runs and waits",
            wanted.decision().decided()));
  }

  /** One more may wait. */
  void roomAgain(int waiting) {
    alerts.tell(new AlertCommand.Clear(TOO_MANY, nodeId, waiting + " recoveries wait", null));
  }

  /**
   * A step is asked for.
   *
   * @param users whether they are told, beside administrators
   */
  void working(CoordinatorCommand.Working working, boolean users) {
    RecoveryPlan plan = working.plan();
    notifications.tell(
        RecoveryNotices.progress(
                working.recoveryId(),
                plan.name(),
                100 * (working.step().number() - 1) / plan.steps().size(),
                working.step().action())
            .forUsers(users));
  }

  /**
   * One that this life of the node knew is over.
   *
   * @param users whether they are told, beside administrators
   */
  void ended(RecoveryOutcome outcome, boolean users) {
    RecoveryPlan plan = outcome.plan();
    Duration took = Duration.between(Ulid.instant(outcome.recoveryId()), outcome.last().at());
    notifications.tell(
        (outcome.succeeded()
                ? RecoveryNotices.completed(
                    outcome.recoveryId(), plan.name(), took, result(outcome), outcome.last())
                : RecoveryNotices.failed(
                    outcome.recoveryId(),
                    plan.name(),
                    Severity.HIGH,
                    outcome.code(),
                    outcome.message(),
                    "mainstay recoveries show " + outcome.recoveryId(),
                    outcome.last()))
            .forUsers(users));
  }

  private static String result(RecoveryOutcome outcome) {
    String subject = outcome.plan().subject();
    return outcome.end() == RecoveryOutcome.End.RECOVERED
        ? "full function of " + subject + " is back"
        : "a part of %s is not back: %s: %s".formatted(subject, outcome.code(), outcome.message());
  }

  /** Also of one that was redriven, or begun in an earlier life of the node. */
  void raiseIfStuck(RecoveryOutcome outcome) {
    RecoveryPlan plan = outcome.plan();
    if (outcome.end() == RecoveryOutcome.End.STUCK) {
      alerts.tell(
          new AlertCommand.Raise(
              STUCK,
              outcome.recoveryId(),
              "%s of %s for %s could not be taken back: %s: %s"
                  .formatted(
                      plan.name(), plan.subject(), plan.error(), outcome.code(), outcome.message()),
              "mainstay recoveries redrive " + outcome.recoveryId(),
              outcome.last()));
    } else {
      alerts.tell(
          new AlertCommand.Clear(
              STUCK, outcome.recoveryId(), "it ended " + outcome.end(), outcome.last()));
    }
  }
}
