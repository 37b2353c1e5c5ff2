package io.mainstay.persistence.escalation;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What was decided about faults. Names and fields only grow. */
public sealed interface EscalationEvent extends CausedEvent {
  /** Name of the error in the catalog. */
  String code();

  /**
   * How far a fault is escalated; caused by its {@code FaultRaised}.
   *
   * @param component what it is about
   * @param severity in its context
   * @param context what made it better or worse than the catalog says, one phrase each
   * @param counted whether it counts towards the frequency
   * @param occurrences faults that it stands for, 1 or more
   * @param perHourOfError counted within the last hour, this one included
   * @param perHourOfDomain the same for all errors of its domain
   * @param frequency name of the level of frequency
   * @param level 0 to 3
   * @param recovery how urgent, by severity
   * @param impactScore how many other domains it reaches
   * @param impact what that score calls for
   * @param pairPriority the most urgent one of its pairs of domains
   * @param priority recovery priority, 1 to 4
   * @param retries how often its operation may be tried again
   * @param manualGate before_recovery, after_recovery or none
   * @param protection whether the system is to protect itself
   * @param cascade that it triggers, or empty
   */
  record EscalationDecided(
      EventMeta meta,
      String code,
      String component,
      String domain,
      String category,
      String blame,
      String severity,
      List<String> context,
      boolean counted,
      int occurrences,
      int perHourOfError,
      int perHourOfDomain,
      String frequency,
      int level,
      String recovery,
      int impactScore,
      String impact,
      String pairPriority,
      int priority,
      int retries,
      boolean notifyUser,
      String manualGate,
      boolean protection,
      String strategy,
      String cascade,
      List<String> modes)
      implements EscalationEvent {
    public EscalationDecided {
      context = List.copyOf(context);
      modes = List.copyOf(modes);
    }
  }

  /**
   * A recovery has ended; one that failed, or took a second attempt, counts towards the frequency.
   *
   * @param attempts 1 or more
   */
  record RecoveryCounted(
      EventMeta meta, String code, String component, String domain, int attempts, boolean succeeded)
      implements EscalationEvent {}

  /**
   * A recovery that answers an escalated fault does not begin for it; caused by its {@code
   * EscalationDecided}. At most one for each recovery of each escalation.
   *
   * @param recovery name in its catalog; empty where all of the error's are meant
   * @param why joined, circle, pausing, too_soon or too_many
   * @param recoveryId the one that answers it instead; empty if none, or if that has not begun
   * @param escalationId event of the escalation whose recoveries answer it instead, or empty
   */
  record RecoveryNotBegun(
      EventMeta meta,
      String code,
      String component,
      String recovery,
      String why,
      String recoveryId,
      String escalationId)
      implements EscalationEvent {}

  /** A person has seen what was critical: the protected state may be left. */
  record GateAcknowledged(EventMeta meta, String code, String by, String note)
      implements EscalationEvent {}
}
