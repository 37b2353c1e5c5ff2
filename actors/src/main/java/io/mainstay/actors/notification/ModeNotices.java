package io.mainstay.actors.notification;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;

/** What a change of the degradation mode has to tell. Pure; tell the result to the post. */
public final class ModeNotices {
  private ModeNotices() {}

  /**
   * A mode is on.
   *
   * @param severity decides whether administrators are told, and whether somebody must acknowledge
   * @param modeName for people
   * @param estimated until it ends by itself; null if that is not known
   */
  public static NotificationCommand activated(
      String modeName, Severity severity, String reason, Duration estimated, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.DEGRADATION_ACTIVATED,
        severity,
        modeName,
        Words.of(Placeholder.MODE_NAME, modeName)
            .and(Placeholder.REASON, reason)
            .and(Placeholder.ESTIMATED_TIME, Lengths.estimate(estimated)),
        cause);
  }

  /** It is over. */
  public static NotificationCommand ended(String modeName, Duration lasted, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.DEGRADATION_ENDED,
        Severity.LOW,
        modeName,
        Words.of(Placeholder.MODE_NAME, modeName).and(Placeholder.DURATION, Lengths.text(lasted)),
        cause);
  }

  /**
   * What does not work as usual.
   *
   * @param affected features, for people
   * @param alternatives what to use instead
   * @param impact what users notice, a sentence
   */
  public static NotificationCommand limited(
      String modeName, String affected, String alternatives, String impact, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.FUNCTIONALITY_LIMITED,
        Severity.MEDIUM,
        modeName,
        Words.of(Placeholder.AFFECTED_FEATURES, affected)
            .and(Placeholder.ALTERNATIVE_OPTIONS, alternatives)
            .and(Placeholder.IMPACT_ASSESSMENT, impact),
        cause);
  }

  /** Minimal mode's first text: it is on. */
  public static NotificationCommand minimalActivated(
      Severity severity, String reason, EventMeta cause) {
    return minimal(
        NotificationKind.MINIMAL_MODE_ACTIVATED,
        severity,
        Words.of(Placeholder.REASON, reason),
        cause);
  }

  /** Minimal mode's second text: what is off. */
  public static NotificationCommand minimalLimited(String affected, EventMeta cause) {
    return minimal(
        NotificationKind.MINIMAL_MODE_LIMITED,
        Severity.MEDIUM,
        Words.of(Placeholder.AFFECTED_FEATURES, affected),
        cause);
  }

  /** Minimal mode's third text: it ends by itself; {@code estimated} may be null. */
  public static NotificationCommand minimalRecovery(Duration estimated, EventMeta cause) {
    return minimal(
        NotificationKind.MINIMAL_MODE_RECOVERY,
        Severity.INFO,
        Words.of(Placeholder.ESTIMATED_TIME, Lengths.estimate(estimated)),
        cause);
  }

  private static NotificationCommand minimal(
      NotificationKind kind, Severity severity, Words words, EventMeta cause) {
    return new NotificationCommand.Notify(kind, severity, "minimal_operation_mode", words, cause);
  }
}
