package io.mainstay.actors.processing;

import io.mainstay.persistence.session.SessionWork;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Sessions that wait for a runner: by class, then in order of acceptance; one that let others go
 * first comes after those that were accepted before it did. Confined to its owner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "sessions",
    fields = "queue")
final class RunnerQueue {
  private final Comparator<SessionWork.Run> byRank =
      Comparator.<SessionWork.Run, Integer>comparing(run -> run.remaining().workClass().ordinal())
          .thenComparing(run -> place(run.sessionId()));

  private final Map<String, SessionWork.Run> waiting = new HashMap<>();
  private final Map<String, String> places = new HashMap<>();

  /** Asked again, the newer account of what remains counts. */
  void add(SessionWork.Run run) {
    waiting.put(run.sessionId(), run);
  }

  /** It is over. */
  void remove(String sessionId) {
    waiting.remove(sessionId);
    places.remove(sessionId);
  }

  /** An id tells when its session was accepted. */
  private String place(String sessionId) {
    return places.getOrDefault(sessionId, sessionId);
  }

  /**
   * It lets those go first that have waited so far.
   *
   * @param newest an id that was made just now
   */
  void behind(String sessionId, String newest) {
    places.put(sessionId, newest);
  }

  /** How many of those wait. */
  long count(Predicate<SessionWork.Run> wanted) {
    return waiting.values().stream().filter(wanted).count();
  }

  Set<String> sessions() {
    return Set.copyOf(waiting.keySet());
  }

  /** Those that wait, in no order. */
  Collection<SessionWork.Run> waiting() {
    return List.copyOf(waiting.values());
  }

  /** Those that may not run now. */
  Set<String> kept(Predicate<SessionWork.Run> mayRun) {
    return waiting.values().stream()
        .filter(mayRun.negate())
        .map(SessionWork.Run::sessionId)
        .collect(Collectors.toSet());
  }

  /**
   * The next one, taken out.
   *
   * @param mayRun whether one runs now; others are left in the queue
   */
  Optional<SessionWork.Run> next(Predicate<SessionWork.Run> mayRun) {
    Optional<SessionWork.Run> first = waiting.values().stream().filter(mayRun).min(byRank);
    first.ifPresent(run -> waiting.remove(run.sessionId()));
    return first;
  }
}
