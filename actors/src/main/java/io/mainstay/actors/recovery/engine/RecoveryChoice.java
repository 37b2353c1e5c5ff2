package io.mainstay.actors.recovery.engine;

import io.mainstay.actors.recovery.ErrorDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which recovery answers a fault, and whether it begins now. The cascade of an error goes before
 * its strategy, which is a part of it. Pure.
 *
 * @param runningMost recoveries at once, at least 1
 * @param waitingMost faults that wait for one of them, at least 0
 */
record RecoveryChoice(int runningMost, int waitingMost) {
  /**
   * One that is wanted.
   *
   * @param rootId first event of the chain that led to the fault
   */
  record Wanted(
      RecoveryDefinition definition, ErrorDefinition error, String subject, String rootId) {
    int priority() {
      return error.priority().number();
    }

    boolean isSameAs(Wanted other) {
      return definition.name().equals(other.definition.name()) && subject.equals(other.subject);
    }

    /** It follows from what that one answers: begun again it would go round in a circle. */
    boolean followsFrom(Wanted other) {
      return definition.name().equals(other.definition.name()) && rootId.equals(other.rootId);
    }
  }

  /** What to do. */
  enum Decision {
    BEGIN,
    /** It runs or waits already: one of them is enough. */
    JOIN,
    /** It would answer itself. */
    CIRCLE,
    /** Others come first. */
    WAIT,
    /** More wait than may: a person must know. */
    TOO_MANY
  }

  /** The recovery of an error; empty if no code carries one out. */
  static Optional<RecoveryDefinition> of(RecoveryBook book, ErrorDefinition error) {
    return error.cascade().flatMap(book::cascade).or(() -> book.strategy(error.strategy()));
  }

  /** About one that is wanted. */
  Decision decide(Wanted wanted, Collection<Wanted> running, Collection<Wanted> waiting) {
    if (running.stream().anyMatch(wanted::isSameAs)
        || waiting.stream().anyMatch(wanted::isSameAs)) {
      return Decision.JOIN;
    }
    if (running.stream().anyMatch(wanted::followsFrom)) {
      return Decision.CIRCLE;
    }
    if (mayBegin(wanted, running)) {
      return Decision.BEGIN;
    }
    return waiting.size() < waitingMost ? Decision.WAIT : Decision.TOO_MANY;
  }

  /** Of those that wait, which begin now that one has ended; the most urgent first. */
  List<Wanted> next(Collection<Wanted> running, Collection<Wanted> waiting) {
    List<Wanted> then = new ArrayList<>(running);
    List<Wanted> begin = new ArrayList<>();
    waiting.stream()
        .sorted(Comparator.comparingInt(Wanted::priority))
        .forEach(
            wanted -> {
              if (mayBegin(wanted, then)) {
                then.add(wanted);
                begin.add(wanted);
              }
            });
    return begin;
  }

  /** One that is more urgent does not wait for those about the same subject; it shares steps. */
  private boolean mayBegin(Wanted wanted, Collection<Wanted> running) {
    boolean before =
        running.stream()
            .anyMatch(
                other ->
                    other.subject().equals(wanted.subject())
                        && other.priority() <= wanted.priority());
    return !before && running.size() < runningMost;
  }
}
