package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.RecoveryNotices;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.ImpactAction;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.Optional;

/** Says to people what a case waits for, and what they should do. */
final class CaseNotices {
  /** Kinds of alerts. */
  static final String GIVEN_UP = "recovery_given_up";

  static final String HELD = "recovery_waits_for_person";
  static final String PROTECTED = "protection_waits_for_person";

  private final ErrorCatalog catalog;
  private final ActorRef<AlertCommand> alerts;
  private final ActorRef<NotificationCommand> people;

  CaseNotices(
      ErrorCatalog catalog, ActorRef<AlertCommand> alerts, ActorRef<NotificationCommand> people) {
    this.catalog = catalog;
    this.alerts = alerts;
    this.people = people;
  }

  /**
   * Of one that is durable.
   *
   * @param after the case after it; empty once it is closed
   */
  void tell(CaseEvent event, Optional<OpenCase> after) {
    String subject = event.code() + " at " + event.component();
    if (event instanceof CaseEvent.RecoveryGivenUp given) {
      givenUp(given, subject, after);
    } else if (event instanceof CaseEvent.CaseOpened opened && opened.held()) {
      raise(
          HELD,
          subject,
          subject + " is critical, and nothing is recovered: " + opened.evidence(),
          CaseWords.command(event.code()),
          event);
    } else if (event instanceof CaseEvent.CaseReleased) {
      clear(HELD, subject, "a person agreed", event);
    } else if (event instanceof CaseEvent.CaseHealed healed) {
      after
          .filter(OpenCase::gated)
          .ifPresent(
              one ->
                  raise(
                      PROTECTED,
                      subject,
                      subject + " is over (" + healed.evidence() + "), and its modes hold",
                      CaseWords.command(event.code()),
                      event));
    } else if (event instanceof CaseEvent.CaseClosed closed) {
      clear(PROTECTED, subject, closed.reason(), event);
      clear(HELD, subject, closed.reason(), event);
      if (!closed.outcome().equals("given_up")) {
        clear(GIVEN_UP, subject, closed.reason(), event);
      }
    }
  }

  private void givenUp(CaseEvent.RecoveryGivenUp given, String subject, Optional<OpenCase> after) {
    String remedy = catalog.find(given.code()).map(CaseNotices::remedy).orElse("");
    String then =
        after.filter(OpenCase::gated).isPresent()
            ? remedy + "; then '" + CaseWords.command(given.code()) + "'"
            : remedy;
    raise(
        GIVEN_UP,
        subject,
        "%s of %s is not tried again after %d retries: %s"
            .formatted(given.recovery(), subject, given.retries(), given.reason()),
        then,
        given);
    people.tell(
        RecoveryNotices.failed(
            subject,
            given.recovery(),
            Severity.CRITICAL,
            subject,
            given.reason(),
            then,
            given.meta()));
  }

  private static String remedy(ErrorDefinition error) {
    String advice = ImpactAction.of(error.impactScore()).advice();
    return advice.isEmpty() ? error.remedy() : error.remedy() + " Besides, " + advice + ".";
  }

  private void raise(String kind, String subject, String text, String remedy, CaseEvent cause) {
    alerts.tell(new AlertCommand.Raise(kind, subject, text, remedy, cause.meta()));
  }

  private void clear(String kind, String subject, String reason, CaseEvent cause) {
    alerts.tell(new AlertCommand.Clear(kind, subject, reason, cause.meta()));
  }
}
