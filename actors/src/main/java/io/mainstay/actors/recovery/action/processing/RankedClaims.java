package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.persistence.session.SessionView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Open sessions by the urgency of their claims. Pure, immutable.
 *
 * @param facts of who works
 * @param open by class, then in order of acceptance
 */
record RankedClaims(ProcessingCommand.Facts facts, List<SessionView> open) {
  /** Of those that are open, in any order. */
  static RankedClaims of(ProcessingCommand.Facts facts, List<SessionView> open) {
    return new RankedClaims(
        facts,
        open.stream()
            .sorted(
                Comparator.comparing(SessionView::workClass).thenComparing(SessionView::sessionId))
            .toList());
  }

  /**
   * A session that waits for one of a lower class.
   *
   * @param waits id of the more urgent one
   * @param atWork id of the one that would have to rest
   */
  record Conflict(String waits, String atWork) {}

  /** Who waits and who has to rest for it, by their ids; empty if nobody has to. */
  Optional<Conflict> conflict() {
    return firstWaiting()
        .flatMap(
            waits ->
                leastAtWork()
                    .filter(least -> waits.workClass().compareTo(least.workClass()) < 0)
                    .map(least -> new Conflict(waits.sessionId(), least.sessionId())));
  }

  /** One that may be worked on: who rests, or is of a kind that a mode keeps off, waits on. */
  private Optional<SessionView> firstWaiting() {
    return open.stream()
        .filter(view -> !facts.runners().contains(view.sessionId()))
        .filter(view -> !facts.kept().contains(view.sessionId()))
        .findFirst();
  }

  private String standing(SessionView view) {
    if (facts.runners().contains(view.sessionId())) {
      return "at work";
    }
    return facts.kept().contains(view.sessionId()) ? "kept from work" : "waits";
  }

  private Optional<SessionView> leastAtWork() {
    List<SessionView> working =
        open.stream().filter(view -> facts.runners().contains(view.sessionId())).toList();
    return working.isEmpty() ? Optional.empty() : Optional.of(working.get(working.size() - 1));
  }

  /** One line for people, most urgent first. */
  String text() {
    return open.isEmpty()
        ? "no session is open"
        : open.stream()
            .map(
                view ->
                    "%s %s (%s, %d bytes of heap)"
                        .formatted(
                            view.sessionId(),
                            view.workClass(),
                            standing(view),
                            facts.heap().getOrDefault(view.sessionId(), 0L)))
            .collect(Collectors.joining(", "));
  }
}
