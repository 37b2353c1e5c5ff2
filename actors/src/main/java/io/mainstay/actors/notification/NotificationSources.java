package io.mainstay.actors.notification;

import static io.mainstay.actors.notification.Placeholder.ALERT_KIND;
import static io.mainstay.actors.notification.Placeholder.ALERT_SUBJECT;
import static io.mainstay.actors.notification.Placeholder.BLAME;
import static io.mainstay.actors.notification.Placeholder.COMPONENT;
import static io.mainstay.actors.notification.Placeholder.DEATH_CAUSE;
import static io.mainstay.actors.notification.Placeholder.DETAIL;
import static io.mainstay.actors.notification.Placeholder.DEVICE;
import static io.mainstay.actors.notification.Placeholder.DIRECTIVE;
import static io.mainstay.actors.notification.Placeholder.DURATION;
import static io.mainstay.actors.notification.Placeholder.ERROR_CODE;
import static io.mainstay.actors.notification.Placeholder.ERROR_DOMAIN;
import static io.mainstay.actors.notification.Placeholder.EVIDENCE;
import static io.mainstay.actors.notification.Placeholder.MESSAGE;
import static io.mainstay.actors.notification.Placeholder.MOVED;
import static io.mainstay.actors.notification.Placeholder.NOTICED_BY;
import static io.mainstay.actors.notification.Placeholder.PID;
import static io.mainstay.actors.notification.Placeholder.PRIORITY;
import static io.mainstay.actors.notification.Placeholder.REASON;
import static io.mainstay.actors.notification.Placeholder.REMEDY;
import static io.mainstay.actors.notification.Placeholder.RESTARTS;
import static io.mainstay.actors.notification.Placeholder.STRATEGY;

import io.mainstay.actors.notification.NotificationCommand.Notify;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.IntakeKeeper;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.alert.Alert;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Locale;
import java.util.Optional;

/** What journaled events have to tell people. Pure. */
public final class NotificationSources {
  private static final String OF_NOTIFICATIONS = "notification";

  private NotificationSources() {}

  /** Faults, the directives that follow, and components that are gone for good. */
  public static Optional<Notify> of(FaultEvent event) {
    if (event instanceof FaultEvent.FaultRaised fault) {
      return tell(
          NotificationKind.FAULT_HANDLED,
          severity(fault),
          fault.code(),
          Words.of(ERROR_CODE, fault.code())
              .and(ERROR_DOMAIN, fault.domain())
              .and(EVIDENCE, fault.evidence())
              .and(BLAME, fault.blame())
              .and(PRIORITY, fault.priority()),
          event.meta());
    }
    if (event instanceof FaultEvent.DirectiveChosen chosen) {
      return tell(
          NotificationKind.DIRECTIVE_CHOSEN,
          Severity.LOW,
          chosen.child() + " " + chosen.directive(),
          Words.of(ERROR_CODE, chosen.code())
              .and(DIRECTIVE, chosen.directive())
              .and(COMPONENT, chosen.child())
              .and(REASON, chosen.reason()),
          event.meta());
    }
    if (event instanceof FaultEvent.ComponentStopped stopped) {
      return tell(
          NotificationKind.COMPONENT_STOPPED,
          Severity.HIGH,
          stopped.component(),
          Words.of(COMPONENT, stopped.component()).and(REASON, stopped.reason()),
          event.meta());
    }
    return Optional.empty();
  }

  /** Beginning and end of outages; what is compared and repaired between stays in the journal. */
  public static Optional<Notify> of(OutageEvent event) {
    if (event instanceof OutageEvent.StateFrozen frozen) {
      return tell(
          NotificationKind.OUTAGE_BEGAN,
          Severity.MEDIUM,
          frozen.deviceId(),
          Words.of(DEVICE, frozen.deviceId())
              .and(REASON, frozen.reason())
              .and(DURATION, Lengths.millis(frozen.freezeMillis())),
          event.meta());
    }
    if (event instanceof OutageEvent.FailoverActivated failover) {
      // Administrators hear of it by its alert.
      return tell(
          NotificationKind.OUTAGE_FAILOVER,
          Severity.MEDIUM,
          failover.deviceId(),
          Words.of(DEVICE, failover.deviceId())
              .and(STRATEGY, failover.strategy())
              .and(MOVED, moved(failover)),
          event.meta());
    }
    if (event instanceof OutageEvent.Reconnected back) {
      return ended(back.deviceId(), back.outMillis(), event.meta());
    }
    if (event instanceof OutageEvent.FailoverEnded back) {
      return ended(back.deviceId(), back.failoverMillis(), event.meta());
    }
    return Optional.empty();
  }

  private static String moved(OutageEvent.FailoverActivated failover) {
    String moved = String.join(", ", failover.moved());
    return failover.notMoved().isEmpty()
        ? moved
        : moved + " Not moved: " + String.join("; ", failover.notMoved());
  }

  private static Optional<Notify> ended(String device, long millis, EventMeta cause) {
    return tell(
        NotificationKind.OUTAGE_ENDED,
        Severity.LOW,
        device,
        Words.of(DEVICE, device).and(DURATION, Lengths.millis(millis)),
        cause);
  }

  /** Intake that is open again. That it is paused is told at once, before it can be journaled. */
  public static Optional<Notify> of(NodeEvent event) {
    return event instanceof NodeEvent.IntakeResumed resumed
        ? tell(
            NotificationKind.INTAKE_RESUMED,
            Severity.LOW,
            "intake",
            Words.of(DURATION, Lengths.millis(resumed.pausedMillis())),
            event.meta())
        : Optional.empty();
  }

  /** The storage refused a write: nothing new is taken. */
  public static Notify intakePaused(String reason, String remedy) {
    return new Notify(
        NotificationKind.INTAKE_PAUSED,
        Severity.CRITICAL,
        "intake",
        Words.of(ERROR_CODE, ErrorNames.DATABASE_FAILURE.code())
            .and(REASON, reason)
            .and(REMEDY, remedy),
        null);
  }

  /** Workers that die and come back, and devices that do not. */
  public static Optional<Notify> of(String device, DeviceEvent event) {
    if (event instanceof DeviceEvent.WorkerDied died) {
      return tell(
          NotificationKind.WORKER_DIED,
          Severity.MEDIUM,
          device,
          Words.of(DEVICE, device)
              .and(DEATH_CAUSE, died.cause())
              .and(NOTICED_BY, died.noticedBy())
              .and(PID, died.pid())
              .and(DETAIL, died.detail()),
          event.meta());
    }
    if (event instanceof DeviceEvent.WorkerRecovered back) {
      return tell(
          NotificationKind.WORKER_RECOVERED,
          Severity.INFO,
          device,
          Words.of(DEVICE, device).and(DURATION, Lengths.millis(back.recoveryMillis())),
          event.meta());
    }
    if (event instanceof DeviceEvent.BudgetSpent spent) {
      return tell(
          NotificationKind.DEVICE_OUT_OF_SERVICE,
          Severity.HIGH,
          device,
          Words.of(DEVICE, device)
              .and(RESTARTS, spent.restarts())
              .and(DURATION, Lengths.millis(spent.periodMillis())),
          event.meta());
    }
    if (event instanceof DeviceEvent.DirectiveApplied applied) {
      return tell(
          NotificationKind.DIRECTIVE_CHOSEN,
          Severity.LOW,
          device + " " + applied.directive(),
          Words.of(DIRECTIVE, applied.directive())
              .and(ERROR_CODE, applied.code())
              .and(COMPONENT, device)
              .and(REASON, applied.blame() + " is to blame"),
          event.meta());
    }
    return Optional.empty();
  }

  /**
   * An alert that was raised or cleared. Those of the notifications themselves are left out, and
   * that of the storage, which is told before it can be journaled.
   */
  public static Optional<Notify> of(Alert alert) {
    if (alert.kind().startsWith(OF_NOTIFICATIONS) || alert.kind().equals(IntakeKeeper.ALERT)) {
      return Optional.empty();
    }
    Words words = Words.of(ALERT_KIND, alert.kind()).and(ALERT_SUBJECT, alert.subject());
    String subject = alert.kind() + " " + alert.subject();
    return alert.isOpen()
        ? tell(
            NotificationKind.ALERT_RAISED,
            Severity.HIGH,
            subject,
            words.and(MESSAGE, alert.message()).and(REMEDY, alert.remedy()),
            alert.raised())
        : tell(
            NotificationKind.ALERT_CLEARED,
            Severity.LOW,
            subject,
            words.and(REASON, alert.cleared().text()),
            alert.raised());
  }

  private static Optional<Notify> tell(
      NotificationKind kind, Severity severity, String subject, Words words, EventMeta cause) {
    return Optional.of(new Notify(kind, severity, subject, words, cause));
  }

  /** What a request is to blame for is its caller's to know. */
  private static Severity severity(FaultEvent.FaultRaised fault) {
    return fault.blame().equals("client") || fault.blame().equals("request")
        ? Severity.LOW
        : severity(fault.severity());
  }

  private static Severity severity(String text) {
    return Severity.valueOf(text.toUpperCase(Locale.ROOT));
  }
}
