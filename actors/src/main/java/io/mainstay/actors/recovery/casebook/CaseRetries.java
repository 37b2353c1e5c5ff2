package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.persistence.casebook.OpenCase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Has recoveries of a case book's cases begin again when their pauses are over. Owned by that
 * actor. While nobody begins recoveries nothing is said; it is when somebody does.
 */
final class CaseRetries {
  private final TimerScheduler<CaseCommand> timers;
  private final Clock clock;
  private final CaseDecisions decisions;
  private final AtomicReference<ActorRef<CoordinatorCommand>> coordinator;

  /** What this coordinator was told to begin as a person agreed, by the escalation's event. */
  private final Set<String> released = new HashSet<>();

  /**
   * @param coordinator who begins recoveries; outlives a restart of the actor, null before the
   *     first one
   */
  CaseRetries(
      TimerScheduler<CaseCommand> timers,
      Clock clock,
      CaseDecisions decisions,
      AtomicReference<ActorRef<CoordinatorCommand>> coordinator) {
    this.timers = timers;
    this.clock = clock;
    this.decisions = decisions;
    this.coordinator = coordinator;
  }

  /** It is over. */
  void closed(OpenCase one) {
    released.remove(one.decided().eventId());
  }

  /** From now on that one begins recoveries; it knows of none yet. */
  void follow(ActorRef<CoordinatorCommand> next) {
    coordinator.set(next);
    released.clear();
  }

  /** All that are to be tried again. */
  void scheduleAll(OpenCase one) {
    one.attempts().stream()
        .filter(attempt -> !attempt.givenUp())
        .forEach(attempt -> schedule(one, attempt));
  }

  /** One of them: no fault begins it until then. */
  void schedule(OpenCase one, OpenCase.Attempt attempt) {
    CaseCommand.RetryDue due =
        new CaseCommand.RetryDue(one.code(), one.component(), attempt.recovery());
    Duration left = Duration.between(clock.instant(), attempt.dueAt());
    Duration pause = left.isNegative() ? Duration.ZERO : left;
    timers.startSingleTimer(due, due, pause);
    tell(
        new CoordinatorCommand.Pausing(
            attempt.recovery(),
            one.component(),
            pause,
            attempt.nextRecoveryId(),
            one.decided().eventId()));
  }

  /** Its pause is over; while a person is waited for it does not begin. */
  void again(OpenCase one, String recovery) {
    if (one.held()) {
      return;
    }
    one.attempt(recovery)
        .filter(attempt -> !attempt.givenUp())
        .ifPresent(
            attempt ->
                decisions
                    .of(one)
                    .ifPresent(
                        decision ->
                            tell(
                                new CoordinatorCommand.Again(
                                    attempt.nextRecoveryId(),
                                    recovery,
                                    attempt.retries() + 1,
                                    decision))));
  }

  /**
   * Those whose pauses are over long since, and what a person agreed to when nobody was there to
   * begin it.
   */
  void againIfDue(OpenCase one) {
    if (CaseLife.isReleased(one) && !released.contains(one.decided().eventId())) {
      released(one);
    }
    Instant now = clock.instant();
    one.attempts().stream()
        .filter(attempt -> !attempt.givenUp() && attempt.dueAt().isBefore(now))
        .forEach(attempt -> again(one, attempt.recovery()));
  }

  /** A person agreed to what was held. */
  void released(OpenCase one) {
    released.add(one.decided().eventId());
    decisions.of(one).ifPresent(this::release);
  }

  /** Nobody is waited for. */
  void release(EscalationDecision decision) {
    tell(new CoordinatorCommand.Released(decision));
  }

  private void tell(CoordinatorCommand command) {
    ActorRef<CoordinatorCommand> known = coordinator.get();
    if (known != null) {
      known.tell(command);
    }
  }
}
