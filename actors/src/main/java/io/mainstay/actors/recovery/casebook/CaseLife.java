package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.escalation.CriticalProtection;
import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.FrequencyLevel;
import io.mainstay.actors.recovery.escalation.ManualGate;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * What follows from an escalation beyond its first recovery. Pure. A recovery that failed is tried
 * again as often as the escalation allows, then given up. What is given up and not well by itself
 * protects the node by the error's modes, and by system_protection_mode where that is called for. A
 * critical error waits for a person where its gate says so. What a caller did wrong is no case.
 */
final class CaseLife {
  /**
   * A recovery that ended.
   *
   * @param kind cascade or strategy
   * @param last another try would come to the same: it waits for a person to redrive it, or ended
   *     the operation in an orderly way
   * @param reason why it failed, or empty
   */
  record Ended(
      String kind,
      String recovery,
      String recoveryId,
      boolean succeeded,
      boolean last,
      String reason) {}

  /**
   * What is seen of a case now.
   *
   * @param census of the node's components; empty if it could not be taken
   * @param gateClosed a person has not acknowledged the error yet
   * @param quietFor how long it was not raised there, as far as this life of the node knows
   * @param watchedFor how long the node has looked in this life
   */
  record Seen(
      Instant now,
      Optional<ComponentCensus> census,
      boolean gateClosed,
      Duration quietFor,
      Duration watchedFor) {}

  private static final String STRATEGY = "strategy";

  private final ErrorCatalog catalog;
  private final EscalationPolicy policy;
  private final CaseSettings settings;
  private final CaseModes modes;
  private final BiPredicate<String, String> answers;

  /**
   * @param answers whether this release answers that error by that recovery
   */
  CaseLife(
      ErrorCatalog catalog,
      EscalationPolicy policy,
      CaseSettings settings,
      CaseModes modes,
      BiPredicate<String, String> answers) {
    this.catalog = catalog;
    this.policy = policy;
    this.settings = settings;
    this.modes = modes;
    this.answers = answers;
  }

  /** A fault was escalated. */
  List<CaseFact> decided(Optional<OpenCase> known, EscalationDecision decision) {
    Escalation escalation = decision.escalation();
    if (!decision.fault().blame().countsAgainstHealth()) {
      return List.of();
    }
    boolean hold = holds(known, decision);
    // One more that was healed at once is no reason, however many there were before.
    boolean tooOften =
        decision.counted() && escalation.frequency() == FrequencyLevel.CRITICAL_FREQUENCY;
    boolean atOnce =
        escalation.severity() == Severity.CRITICAL
            && policy.criticalProtection() == CriticalProtection.AT_ONCE;
    boolean guard = escalation.protection() && (tooOften || atOnce || hold);
    List<CaseFact> facts = new ArrayList<>();
    boolean open =
        known
            .map(one -> one.healed() || escalation.gate() != ManualGate.NONE && !one.gated())
            .orElse(hold || guard);
    if (open) {
      facts.add(CaseFact.opened(decision, hold));
    }
    if (guard
        && !known
            .map(one -> one.modes().contains(ModeNames.of(CaseModes.PROTECTION)))
            .orElse(false)) {
      String why =
          tooOften
              ? "errors come too often: " + escalation.frequency().action()
              : hold ? "it is critical, and waits for a person" : "it is critical";
      facts.add(
          CaseFact.guarded(
              decision.fault().definition().name(),
              decision.fault().component(),
              List.of(CaseModes.PROTECTION),
              tooOften,
              why));
    }
    return facts;
  }

  /** Whether nothing may be recovered now. */
  private static boolean holds(Optional<OpenCase> known, EscalationDecision decision) {
    return decision.needsAgreement()
        && known.map(one -> one.held() || one.healed() || !one.gated()).orElse(true);
  }

  /** Whether a person has agreed, and nothing has come of it yet. */
  static boolean isReleased(OpenCase one) {
    return one.manualGate().equals(ManualGate.BEFORE_RECOVERY.code())
        && !one.held()
        && !one.healed()
        && !one.untilQuiet()
        && one.attempts().isEmpty();
  }

  /** Whether what a gate kept back begins now: a person has agreed before. */
  static boolean releases(Optional<OpenCase> after, EscalationDecision decision) {
    return decision.needsAgreement() && after.filter(one -> !one.held()).isPresent();
  }

  /**
   * A recovery ended.
   *
   * @param decision the last one of that error there
   * @param nextId what a retry is to be called
   */
  List<CaseFact> ended(
      Optional<OpenCase> known, EscalationDecision decision, Ended ended, String nextId) {
    if (!decision.fault().blame().countsAgainstHealth()) {
      return List.of();
    }
    return ended.succeeded()
        ? known.map(one -> succeeded(one, ended)).orElse(List.of())
        : failed(known, decision, ended, nextId);
  }

  private static List<CaseFact> succeeded(OpenCase one, Ended ended) {
    List<CaseFact> facts = new ArrayList<>();
    boolean retried = one.attempt(ended.recovery()).isPresent();
    if (retried) {
      facts.add(
          meta ->
              new CaseEvent.RetrySucceeded(
                  meta, one.code(), one.component(), ended.recovery(), ended.recoveryId()));
    }
    boolean others =
        one.attempts().stream().anyMatch(other -> !other.recovery().equals(ended.recovery()));
    if (others || one.held() || !retried && !ended.kind().equals(STRATEGY)) {
      return facts;
    }
    String evidence = ended.recovery() + " succeeded";
    if (one.modes().isEmpty()) {
      facts.add(CaseFact.closed(one, "recovered", evidence));
    } else if (!one.untilQuiet() && !one.healed()) {
      facts.add(CaseFact.healed(one, evidence));
    }
    return facts;
  }

  private List<CaseFact> failed(
      Optional<OpenCase> known, EscalationDecision decision, Ended ended, String nextId) {
    Optional<OpenCase.Attempt> before = known.flatMap(one -> one.attempt(ended.recovery()));
    if (before.filter(one -> one.failedRecoveryId().equals(ended.recoveryId())).isPresent()) {
      return List.of();
    }
    List<CaseFact> facts = new ArrayList<>();
    if (known.isEmpty() || known.get().healed()) {
      facts.add(CaseFact.opened(decision, false));
    }
    // What was given up and begins again was begun by another fault.
    int retries = before.filter(one -> !one.givenUp()).map(OpenCase.Attempt::retries).orElse(0);
    String code = decision.fault().definition().name();
    String place = decision.fault().component();
    RetryVerdict verdict =
        ended.last()
            ? new RetryVerdict.GiveUp("another try would come to the same")
            : RetryVerdict.after(
                retries, decision.escalation(), place, ended.recovery(), settings.retrySeed());
    if (verdict instanceof RetryVerdict.Again again) {
      facts.add(
          meta ->
              new CaseEvent.RetryPlanned(
                  meta,
                  code,
                  place,
                  ended.kind(),
                  ended.recovery(),
                  again.retry(),
                  again.most(),
                  again.pause().toMillis(),
                  meta.at().plus(again.pause()),
                  ended.recoveryId(),
                  nextId));
    } else {
      String why = ((RetryVerdict.GiveUp) verdict).why();
      facts.add(
          CaseFact.givenUp(
              code,
              place,
              ended.kind(),
              ended.recovery(),
              retries,
              ended.recoveryId(),
              ended.reason().isEmpty() ? why : ended.reason() + "; " + why));
    }
    return facts;
  }

  /** Time has passed. */
  List<CaseFact> look(OpenCase one, Seen seen) {
    if (one.held()) {
      return seen.gateClosed()
          ? List.of()
          : List.of(meta -> new CaseEvent.CaseReleased(meta, one.code(), one.component()));
    }
    if (one.retries()) {
      return unknown(one);
    }
    return one.modes().isEmpty() ? lookAtGivenUp(one, seen) : lookAtGuarded(one, seen);
  }

  /** A release without a recovery that was to be tried again cannot. */
  private List<CaseFact> unknown(OpenCase one) {
    return one.attempts().stream()
        .filter(attempt -> !attempt.givenUp() && !answers.test(one.code(), attempt.recovery()))
        .map(
            attempt ->
                CaseFact.givenUp(
                    one.code(),
                    one.component(),
                    attempt.kind(),
                    attempt.recovery(),
                    attempt.retries(),
                    attempt.failedRecoveryId(),
                    "this release does not have it any more"))
        .toList();
  }

  private List<CaseFact> lookAtGivenUp(OpenCase one, Seen seen) {
    if (one.attempts().isEmpty()) {
      return seen.quietFor().compareTo(settings.quiet()) >= 0
          ? List.of(
              CaseFact.closed(
                  one, "healed", "it was not raised for " + seen.quietFor().toSeconds() + " s"))
          : List.of();
    }
    Instant last =
        one.attempts().stream()
            .map(OpenCase.Attempt::dueAt)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    // One that fails again and again is not early for ever.
    Instant latest = one.openedAt().plus(settings.unhealedAfter()).plus(settings.quiet());
    boolean early =
        last.plus(settings.unhealedAfter()).isAfter(seen.now()) && latest.isAfter(seen.now())
            || seen.watchedFor().compareTo(settings.unhealedAfter()) < 0;
    if (early) {
      return List.of();
    }
    if (isWell(one, seen, settings.unhealedAfter())) {
      return List.of(
          CaseFact.closed(one, "healed", "the place is well, and it was not raised again"));
    }
    List<ModeKey> keys = new ArrayList<>(modes.of(modesOf(one), one.component()));
    if (one.protection()) {
      keys.add(CaseModes.PROTECTION);
    }
    String why = one.attempts().get(one.attempts().size() - 1).reason();
    return keys.isEmpty()
        ? List.of(CaseFact.closed(one, "given_up", why))
        : List.of(CaseFact.guarded(one.code(), one.component(), keys, false, why));
  }

  private Collection<DegradationMode> modesOf(OpenCase one) {
    return catalog.find(one.code()).map(ErrorDefinition::modes).orElse(Set.of());
  }

  private List<CaseFact> lookAtGuarded(OpenCase one, Seen seen) {
    if (!one.healed()) {
      return isWell(one, seen, settings.quiet())
          ? List.of(
              CaseFact.healed(one, "it was not raised for " + seen.quietFor().toSeconds() + " s"))
          : List.of();
    }
    if (one.gated() && seen.gateClosed()) {
      return List.of();
    }
    return List.of(
        one.gated()
            ? CaseFact.closed(one, "acknowledged", "it is over, and a person has seen it")
            : CaseFact.closed(one, "recovered", "it is over"));
  }

  private static boolean isWell(OpenCase one, Seen seen, Duration quiet) {
    return seen.quietFor().compareTo(quiet) >= 0
        && seen.census().filter(census -> PlaceHealth.isWell(one.component(), census)).isPresent();
  }

  /** A person took all of its modes away. */
  List<CaseFact> cleared(OpenCase one) {
    return List.of(CaseFact.closed(one, "acknowledged", "a person cleared its modes"));
  }
}
