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
   * @param estimated when it ends by itself
   */
  public static NotificationCommand activated(
      String modeName, Severity severity, String reason, Estimate estimated, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.DEGRADATION_ACTIVATED,
        severity,
        modeName,
        Words.of(Placeholder.MODE_NAME, modeName)
            .and(Placeholder.REASON, reason)
            .and(Placeholder.ESTIMATED_TIME, estimated.text()),
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

  /** Minimal mode's first text: it, or a part of it, is on. */
  public static NotificationCommand minimalActivated(
      String modeName, Severity severity, String reason, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.MINIMAL_MODE_ACTIVATED,
        severity,
        modeName,
        Words.of(Placeholder.REASON, reason),
        cause);
  }

  /** Minimal mode's second text: what is off. */
  public static NotificationCommand minimalLimited(
      String modeName, String affected, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.MINIMAL_MODE_LIMITED,
        Severity.MEDIUM,
        modeName,
        Words.of(Placeholder.AFFECTED_FEATURES, affected),
        cause);
  }

  /** Minimal mode's third text: when it ends by itself. */
  public static NotificationCommand minimalRecovery(
      String modeName, Estimate estimated, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.MINIMAL_MODE_RECOVERY,
        Severity.INFO,
        modeName,
        Words.of(Placeholder.ESTIMATED_TIME, estimated.text()),
        cause);
  }

  /**
   * Minimal mode's third text where a person must act: it does not end by itself.
   *
   * @param remedy what that person does, with the command
   */
  public static NotificationCommand minimalHeld(String modeName, String remedy, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.MINIMAL_MODE_HELD,
        Severity.MEDIUM,
        modeName,
        Words.of(Placeholder.REMEDY, remedy),
        cause);
  }
}
