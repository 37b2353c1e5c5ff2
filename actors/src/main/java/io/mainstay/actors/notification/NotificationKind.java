package io.mainstay.actors.notification;

import static io.mainstay.actors.notification.Placeholder.AFFECTED_FEATURES;
import static io.mainstay.actors.notification.Placeholder.ALERT_KIND;
import static io.mainstay.actors.notification.Placeholder.ALERT_SUBJECT;
import static io.mainstay.actors.notification.Placeholder.ALTERNATIVE_OPTIONS;
import static io.mainstay.actors.notification.Placeholder.BLAME;
import static io.mainstay.actors.notification.Placeholder.CHANNEL;
import static io.mainstay.actors.notification.Placeholder.COMPONENT;
import static io.mainstay.actors.notification.Placeholder.COUNT;
import static io.mainstay.actors.notification.Placeholder.DEATH_CAUSE;
import static io.mainstay.actors.notification.Placeholder.DETAIL;
import static io.mainstay.actors.notification.Placeholder.DEVICE;
import static io.mainstay.actors.notification.Placeholder.DEVICES;
import static io.mainstay.actors.notification.Placeholder.DIRECTIVE;
import static io.mainstay.actors.notification.Placeholder.DURATION;
import static io.mainstay.actors.notification.Placeholder.ERROR_CODE;
import static io.mainstay.actors.notification.Placeholder.ERROR_DOMAIN;
import static io.mainstay.actors.notification.Placeholder.ESTIMATED_TIME;
import static io.mainstay.actors.notification.Placeholder.EVIDENCE;
import static io.mainstay.actors.notification.Placeholder.IMPACT_ASSESSMENT;
import static io.mainstay.actors.notification.Placeholder.MESSAGE;
import static io.mainstay.actors.notification.Placeholder.MILESTONE;
import static io.mainstay.actors.notification.Placeholder.MODE_NAME;
import static io.mainstay.actors.notification.Placeholder.MOVED;
import static io.mainstay.actors.notification.Placeholder.NOTICED_BY;
import static io.mainstay.actors.notification.Placeholder.PERCENT;
import static io.mainstay.actors.notification.Placeholder.PID;
import static io.mainstay.actors.notification.Placeholder.PRIORITY;
import static io.mainstay.actors.notification.Placeholder.REASON;
import static io.mainstay.actors.notification.Placeholder.RECOVERY_NAME;
import static io.mainstay.actors.notification.Placeholder.REMEDY;
import static io.mainstay.actors.notification.Placeholder.RESTARTS;
import static io.mainstay.actors.notification.Placeholder.STEP_NAME;
import static io.mainstay.actors.notification.Placeholder.STRATEGY;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What there is to tell. Each has one template, and the placeholders that it can be about. */
public enum NotificationKind {
  DEGRADATION_ACTIVATED(Audience.BY_SEVERITY, MODE_NAME, REASON, ESTIMATED_TIME),
  DEGRADATION_ENDED(Audience.BY_SEVERITY, MODE_NAME, DURATION),
  FUNCTIONALITY_LIMITED(
      Audience.BY_SEVERITY, AFFECTED_FEATURES, ALTERNATIVE_OPTIONS, IMPACT_ASSESSMENT),
  MINIMAL_MODE_ACTIVATED(Audience.BY_SEVERITY, REASON),
  MINIMAL_MODE_LIMITED(Audience.BY_SEVERITY, AFFECTED_FEATURES),
  MINIMAL_MODE_RECOVERY(Audience.BY_SEVERITY, ESTIMATED_TIME),
  MINIMAL_MODE_HELD(Audience.BY_SEVERITY, REMEDY),
  RECOVERY_PROGRESS(Audience.WATCHERS, RECOVERY_NAME, PERCENT, STEP_NAME),
  RECOVERY_MILESTONE(Audience.USERS, RECOVERY_NAME, MILESTONE, PERCENT),
  RECOVERY_COMPLETED(Audience.BY_SEVERITY, RECOVERY_NAME, DURATION, EVIDENCE),
  RECOVERY_FAILED(Audience.ADMINISTRATORS_TOO, RECOVERY_NAME, STEP_NAME, REASON, REMEDY),
  DEVICE_DISCOVERY_RECOVERED(Audience.USERS, DEVICES, AFFECTED_FEATURES, REASON),
  ALERT_RAISED(Audience.ADMINISTRATORS_TOO, ALERT_KIND, ALERT_SUBJECT, MESSAGE, REMEDY),
  ALERT_CLEARED(Audience.BY_SEVERITY, ALERT_KIND, ALERT_SUBJECT, REASON),
  FAULT_HANDLED(Audience.BY_SEVERITY, ERROR_CODE, ERROR_DOMAIN, EVIDENCE, BLAME, PRIORITY),
  DIRECTIVE_CHOSEN(Audience.USERS, DIRECTIVE, ERROR_CODE, COMPONENT, REASON),
  COMPONENT_STOPPED(Audience.BY_SEVERITY, COMPONENT, REASON),
  WORKER_DIED(Audience.BY_SEVERITY, DEVICE, DEATH_CAUSE, NOTICED_BY, PID, DETAIL),
  WORKER_RECOVERED(Audience.BY_SEVERITY, DEVICE, DURATION),
  DEVICE_OUT_OF_SERVICE(Audience.ADMINISTRATORS_TOO, DEVICE, RESTARTS, DURATION),
  OUTAGE_BEGAN(Audience.BY_SEVERITY, DEVICE, REASON, DURATION),
  OUTAGE_FAILOVER(Audience.BY_SEVERITY, DEVICE, STRATEGY, MOVED),
  OUTAGE_ENDED(Audience.BY_SEVERITY, DEVICE, DURATION),
  INTAKE_PAUSED(Audience.ADMINISTRATORS_TOO, ERROR_CODE, REASON, REMEDY),
  INTAKE_RESUMED(Audience.ADMINISTRATORS_TOO, DURATION),
  DELIVERY_ABANDONED(Audience.USERS, CHANNEL, COUNT, REASON);

  /** Who is told of a kind, whatever its severity. */
  public enum Audience {
    /** Whoever watches at the moment; it is neither journaled nor logged. */
    WATCHERS,
    /** Users and logs, never administrators. */
    USERS,
    /** Users and logs; administrators from the configured severity. */
    BY_SEVERITY,
    /** Administrators at any severity. */
    ADMINISTRATORS_TOO
  }

  private final Audience audience;
  private final Set<Placeholder> placeholders;

  NotificationKind(Audience audience, Placeholder... placeholders) {
    this.audience = audience;
    this.placeholders = Set.of(placeholders);
  }

  /** Its name in the journal and in templates; fixed for ever. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Who is told. */
  public Audience audience() {
    return audience;
  }

  /** What its template can name. */
  public Set<Placeholder> placeholders() {
    return placeholders;
  }

  static Optional<NotificationKind> named(String text) {
    return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
  }
}
