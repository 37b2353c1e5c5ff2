package io.mainstay.persistence.casebook;

import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An error at a place that is not over yet. Immutable.
 *
 * @param manualGate before_recovery, after_recovery or none
 * @param protection whether the node is to protect itself unless it heals
 * @param held nothing is recovered before a person agrees
 * @param attempts of each of its recoveries that failed
 * @param modes that hold because of it
 * @param untilQuiet only quiet ends them, not a recovery
 * @param protectedFor why they hold, or empty
 * @param healed it is over as far as the node sees
 */
public record OpenCase(
    String code,
    String component,
    String blame,
    String severity,
    String evidence,
    EventMeta raised,
    EventMeta decided,
    String manualGate,
    boolean protection,
    boolean held,
    List<Attempt> attempts,
    List<ModeName> modes,
    boolean untilQuiet,
    String protectedFor,
    boolean healed,
    Instant openedAt) {
  private static final String NO_GATE = "none";

  /**
   * A recovery that failed.
   *
   * @param kind cascade or strategy
   * @param retries that were planned so far
   * @param retriesMost so many are tried
   * @param failedRecoveryId the last one that failed
   * @param nextRecoveryId of the retry; empty once it is given up
   * @param dueAt when the retry begins; once it is given up, when that was
   * @param reason why it is given up, or empty
   */
  public record Attempt(
      String kind,
      String recovery,
      int retries,
      int retriesMost,
      String failedRecoveryId,
      String nextRecoveryId,
      Instant dueAt,
      String reason) {
    /** Whether it is not tried again. */
    public boolean givenUp() {
      return nextRecoveryId.isEmpty();
    }
  }

  public OpenCase {
    attempts = List.copyOf(attempts);
    modes = List.copyOf(modes);
  }

  static OpenCase of(CaseEvent.CaseOpened event, Optional<OpenCase> before) {
    return new OpenCase(
        event.code(),
        event.component(),
        event.blame(),
        event.severity(),
        event.evidence(),
        event.raised(),
        event.decided(),
        event.manualGate(),
        event.protection(),
        event.held(),
        before.map(OpenCase::attempts).orElse(List.of()),
        before.map(OpenCase::modes).orElse(List.of()),
        before.map(OpenCase::untilQuiet).orElse(false),
        before.map(OpenCase::protectedFor).orElse(""),
        false,
        before.map(OpenCase::openedAt).orElse(event.meta().at()));
  }

  /** Whether it is about that. */
  public boolean is(String otherCode, String otherComponent) {
    return code.equals(otherCode) && component.equals(otherComponent);
  }

  /** As people read it. */
  public String text() {
    return code + " at " + component;
  }

  /** What is known of a recovery of it. */
  public Optional<Attempt> attempt(String recovery) {
    return attempts.stream().filter(one -> one.recovery().equals(recovery)).findFirst();
  }

  /** Whether a recovery of it is still to be tried again. */
  public boolean retries() {
    return attempts.stream().anyMatch(one -> !one.givenUp());
  }

  /** Whether a person has to acknowledge it. */
  public boolean gated() {
    return !manualGate.equals(NO_GATE);
  }

  OpenCase with(Attempt attempt) {
    List<Attempt> next = new ArrayList<>(attempts);
    next.removeIf(one -> one.recovery().equals(attempt.recovery()));
    next.add(attempt);
    return with(next, held, modes, untilQuiet, protectedFor, false);
  }

  OpenCase without(String recovery) {
    return with(
        attempts.stream().filter(one -> !one.recovery().equals(recovery)).toList(),
        held,
        modes,
        untilQuiet,
        protectedFor,
        healed);
  }

  OpenCase released() {
    return with(attempts, false, modes, untilQuiet, protectedFor, healed);
  }

  OpenCase guardedBy(CaseEvent.CaseProtected event) {
    List<ModeName> all = new ArrayList<>(modes);
    event.modes().stream().filter(mode -> !all.contains(mode)).forEach(all::add);
    return with(attempts, held, all, untilQuiet || event.untilQuiet(), event.reason(), false);
  }

  OpenCase asHealed() {
    return with(List.of(), held, modes, untilQuiet, protectedFor, true);
  }

  private OpenCase with(
      List<Attempt> nextAttempts,
      boolean nextHeld,
      List<ModeName> nextModes,
      boolean nextUntilQuiet,
      String nextProtectedFor,
      boolean nextHealed) {
    return new OpenCase(
        code,
        component,
        blame,
        severity,
        evidence,
        raised,
        decided,
        manualGate,
        protection,
        nextHeld,
        nextAttempts,
        nextModes,
        nextUntilQuiet,
        nextProtectedFor,
        nextHealed,
        openedAt);
  }
}
