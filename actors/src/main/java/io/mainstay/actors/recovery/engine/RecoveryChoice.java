package io.mainstay.actors.recovery.engine;

import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.Urgency;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which recoveries answer a fault, and whether they begin now. The cascade of an error tells the
 * other domains and clears up behind the fault; then its strategy brings back what failed. Pure.
 *
 * @param runningMost recoveries at once, at least 1
 * @param waitingMost that wait for one of them, at least 0
 */
record RecoveryChoice(int runningMost, int waitingMost) {
  /** Of a model, on a device. */
  private static final Pattern LOAD = Pattern.compile("device/[^/]+/([^/]+)");

  /**
   * One that is wanted.
   *
   * @param decision what it answers
   * @param recoveryId what it is to be called, or empty
   * @param attempt from 1
   * @param provokedBy id of the recovery of the same name that led to the fault; empty if none did
   */
  record Wanted(
      RecoveryDefinition definition,
      EscalationDecision decision,
      String recoveryId,
      int attempt,
      String provokedBy) {
    /** The first attempt, called as it comes. */
    Wanted(RecoveryDefinition definition, EscalationDecision decision, String provokedBy) {
      this(definition, decision, "", 1, provokedBy);
    }

    /** The same, which no recovery led to. */
    Wanted(RecoveryDefinition definition, EscalationDecision decision) {
      this(definition, decision, "");
    }

    /** One that is planned, whatever led to its fault. */
    Wanted(
        RecoveryDefinition definition,
        EscalationDecision decision,
        String recoveryId,
        int attempt) {
      this(definition, decision, recoveryId, attempt, "");
    }

    /** The same by another name. */
    Wanted unnamed() {
      return new Wanted(definition, decision, "", attempt, provokedBy);
    }

    ErrorDefinition error() {
      return decision.fault().definition();
    }

    String subject() {
      return decision.fault().component();
    }

    int priority() {
      return decision.escalation().priority().number();
    }

    Severity severity() {
      return decision.escalation().severity();
    }

    String rootId() {
      return decision.raised().rootId();
    }
  }

  /**
   * One that runs.
   *
   * @param severity of what it answers; critical where that is not known, as of one of an earlier
   *     life: nothing goes before it for that
   * @param rootId first event of the chain that it answers
   */
  record Running(
      String recoveryId,
      String name,
      String error,
      String subject,
      int priority,
      Severity severity,
      String rootId) {
    /** What is wanted is this one, or the same load on another device, which this one tries too. */
    private boolean is(Wanted wanted) {
      return name.equals(wanted.definition().name())
          && (subject.equals(wanted.subject())
              || error.equals(wanted.error().name()) && isSameLoad(wanted.subject()));
    }

    private boolean isSameLoad(String other) {
      Matcher here = LOAD.matcher(subject);
      Matcher there = LOAD.matcher(other);
      return here.matches() && there.matches() && here.group(1).equals(there.group(1));
    }

    RecoveryChains.Link link() {
      return new RecoveryChains.Link(recoveryId, name, rootId);
    }
  }

  /** What to do. */
  enum Decision {
    BEGIN,
    /** It runs or waits already: one of them is enough. */
    JOIN,
    /** It would answer what it led to itself: it goes round in a circle. */
    CIRCLE,
    /** Others come first. */
    WAIT,
    /** More wait than may: a person must know. */
    TOO_MANY
  }

  /** The recoveries of an error, in their order. */
  static List<RecoveryDefinition> of(RecoveryBook book, ErrorDefinition error) {
    List<RecoveryDefinition> all = new ArrayList<>();
    error.cascade().flatMap(book::cascade).ifPresent(all::add);
    book.strategy(error.strategy()).ifPresent(all::add);
    return all;
  }

  /** About one that is wanted. */
  Decision decide(Wanted wanted, Collection<Running> running, Collection<Wanted> waiting) {
    if (running(wanted, running).isPresent() || waiting(wanted, waiting).isPresent()) {
      return Decision.JOIN;
    }
    if (!wanted.provokedBy().isEmpty()) {
      return Decision.CIRCLE;
    }
    if (mayBegin(wanted, running) && waiting.stream().noneMatch(other -> isBefore(other, wanted))) {
      return Decision.BEGIN;
    }
    return waiting.size() < waitingMost ? Decision.WAIT : Decision.TOO_MANY;
  }

  /** Of those that run, the one that is enough for it. */
  Optional<Running> running(Wanted wanted, Collection<Running> running) {
    return running.stream().filter(other -> other.is(wanted)).findFirst();
  }

  /** The same of those that wait. */
  Optional<Wanted> waiting(Wanted wanted, Collection<Wanted> waiting) {
    return waiting.stream()
        .filter(
            other ->
                other.definition().name().equals(wanted.definition().name())
                    && other.subject().equals(wanted.subject()))
        .findFirst();
  }

  /** Of those that wait, the one that begins next; null if none may. */
  Wanted next(Collection<Running> running, List<Wanted> waiting) {
    return inOrder(waiting).stream()
        .filter(wanted -> mayBegin(wanted, running))
        .filter(
            wanted ->
                waiting.stream()
                    .noneMatch(
                        other ->
                            other != wanted
                                && other.decision() == wanted.decision()
                                && waiting.indexOf(other) < waiting.indexOf(wanted)))
        .findFirst()
        .orElse(null);
  }

  /** Those that wait, the most urgent first. */
  static List<Wanted> inOrder(List<Wanted> waiting) {
    return waiting.stream()
        .sorted(Comparator.comparing(Wanted::decision, EscalationDecision.ORDER))
        .toList();
  }

  /** The cascade of a fault goes before its strategy. */
  private static boolean isBefore(Wanted other, Wanted wanted) {
    return other.decision() == wanted.decision();
  }

  /**
   * One that is more urgent, or answers what is more severe, does not wait for those about the same
   * subject; it shares steps.
   */
  private boolean mayBegin(Wanted wanted, Collection<Running> running) {
    boolean before =
        running.stream()
            .anyMatch(
                other ->
                    other.subject().equals(wanted.subject())
                        && other.priority() <= wanted.priority()
                        && other.severity().atLeast(wanted.severity()));
    return !before && running.size() < Urgency.of(wanted.severity()).places(runningMost);
  }
}
