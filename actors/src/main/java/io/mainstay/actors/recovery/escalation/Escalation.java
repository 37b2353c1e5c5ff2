package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryPriority;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.protocol.WorkerBlame;
import java.util.Optional;
import java.util.Set;

/**
 * How far a fault is escalated. Pure.
 *
 * @param error which
 * @param severity in its context
 * @param frequency the higher one of its error's and of its domain's
 * @param urgency by severity
 * @param impactScore how many other domains it reaches
 * @param impact what that calls for
 * @param pair the most urgent one of its pairs of domains
 * @param priority of recovery
 * @param retries how often its operation may be tried again
 * @param retry in which pauses
 * @param notifyUser whether the user is told
 * @param gate when a person must agree
 * @param protection whether the system is to protect itself: at once where errors come too often,
 *     for a critical one when its policy says
 * @param strategy that recovers it
 * @param cascade that it triggers, if it reaches so far
 * @param modes that it can lead to
 */
public record Escalation(
    ErrorNames error,
    Severity severity,
    FrequencyLevel frequency,
    Urgency urgency,
    int impactScore,
    ImpactAction impact,
    PairPriority pair,
    RecoveryPriority priority,
    int retries,
    RetryPolicy retry,
    boolean notifyUser,
    ManualGate gate,
    boolean protection,
    StrategyName strategy,
    Optional<CascadeName> cascade,
    Set<DegradationMode> modes) {
  public Escalation {
    modes = Set.copyOf(modes);
  }

  /**
   * Decides.
   *
   * @param severity in its context
   * @param perHourOfError faults of it that count, this one included
   * @param perHourOfDomain the same for all errors of its domain
   */
  public static Escalation decide(
      ErrorDefinition error,
      Severity severity,
      WorkerBlame blame,
      int perHourOfError,
      int perHourOfDomain,
      EscalationPolicy policy) {
    FrequencyLevel frequency =
        FrequencyLevel.of(Math.max(perHourOfError, perHourOfDomain), policy.bands());
    boolean ours = blame.countsAgainstHealth();
    boolean critical = ours && severity == Severity.CRITICAL;
    return new Escalation(
        error.error(),
        severity,
        frequency,
        Urgency.of(severity),
        error.impactScore(),
        ImpactAction.of(error.impactScore()),
        policy.pairs().mostUrgent(error.domain(), error.impacts()),
        error.priority(),
        policy.retriesOf(severity, error.category()),
        policy.retry(error.category()),
        severity.atLeast(policy.notifyFrom()),
        critical ? policy.gate() : ManualGate.NONE,
        ours
            && (frequency == FrequencyLevel.CRITICAL_FREQUENCY
                || critical && policy.criticalProtection() != CriticalProtection.NEVER),
        error.strategy(),
        error.cascade(),
        error.modes());
  }

  /**
   * Whether a fault counts towards the frequency: never what a caller did wrong, and unless every
   * fault counts only one that the first attempt did not heal.
   *
   * @param sinceLastMillis since the same error was raised at the same place, if known
   */
  public static boolean counts(
      WorkerBlame blame, Optional<Long> sinceLastMillis, EscalationPolicy policy) {
    return blame.countsAgainstHealth()
        && (policy.countsEvery()
            || sinceLastMillis
                .filter(millis -> millis < policy.firstAttempt().toMillis())
                .isPresent());
  }
}
