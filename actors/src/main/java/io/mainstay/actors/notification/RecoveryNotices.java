package io.mainstay.actors.notification;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;

/**
 * What a recovery has to tell: progress, milestones, its end. Pure; tell the result to the post.
 */
public final class RecoveryNotices {
  private RecoveryNotices() {}

  /**
   * How far it is, for whoever watches; neither journaled nor logged, so it may be said often.
   *
   * @param recoveryId what the bar is of
   * @param recoveryName for people
   * @param percent 0 to 100
   */
  public static NotificationCommand.Notify progress(
      String recoveryId, String recoveryName, int percent, String stepName) {
    return new NotificationCommand.Notify(
        NotificationKind.RECOVERY_PROGRESS,
        Severity.INFO,
        recoveryId,
        Words.of(Placeholder.RECOVERY_NAME, recoveryName)
            .and(Placeholder.PERCENT, Math.max(0, Math.min(100, percent)))
            .and(Placeholder.STEP_NAME, stepName),
        null);
  }

  /** A main step is reached. Each milestone of a recovery is told once. */
  public static NotificationCommand milestone(
      String recoveryId, String recoveryName, String milestone, int percent, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.RECOVERY_MILESTONE,
        Severity.INFO,
        recoveryId + " " + milestone,
        Words.of(Placeholder.RECOVERY_NAME, recoveryName)
            .and(Placeholder.MILESTONE, milestone)
            .and(Placeholder.PERCENT, Math.max(0, Math.min(100, percent))),
        cause);
  }

  /** It is over; the evidence says whether full function is back. */
  public static NotificationCommand.Notify completed(
      String recoveryId, String recoveryName, Duration took, String evidence, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.RECOVERY_COMPLETED,
        Severity.LOW,
        recoveryId,
        Words.of(Placeholder.RECOVERY_NAME, recoveryName)
            .and(Placeholder.DURATION, Lengths.text(took))
            .and(Placeholder.EVIDENCE, evidence),
        cause);
  }

  /** It did not succeed; administrators are told whatever the severity. */
  public static NotificationCommand.Notify failed(
      String recoveryId,
      String recoveryName,
      Severity severity,
      String stepName,
      String reason,
      String remedy,
      EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.RECOVERY_FAILED,
        severity,
        recoveryId,
        Words.of(Placeholder.RECOVERY_NAME, recoveryName)
            .and(Placeholder.STEP_NAME, stepName)
            .and(Placeholder.REASON, reason)
            .and(Placeholder.REMEDY, remedy),
        cause);
  }

  /**
   * Devices were found again, but not all: reduced function (requirement NOTF-05). Goes to the user
   * interface and the system logs only.
   */
  public static NotificationCommand deviceDiscovery(
      String devices, String affectedFeatures, String reason, EventMeta cause) {
    return new NotificationCommand.Notify(
        NotificationKind.DEVICE_DISCOVERY_RECOVERED,
        Severity.MEDIUM,
        "devices",
        Words.of(Placeholder.DEVICES, devices)
            .and(Placeholder.AFFECTED_FEATURES, affectedFeatures)
            .and(Placeholder.REASON, reason),
        cause);
  }
}
