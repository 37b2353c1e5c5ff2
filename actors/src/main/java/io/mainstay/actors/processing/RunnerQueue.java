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
 * Sessions that wait for a runner: by class, then in order of acceptance. Confined to its owner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "sessions",
    fields = "queue")
final class RunnerQueue {
  private static final Comparator<SessionWork.Run> BY_RANK =
      Comparator.<SessionWork.Run, Integer>comparing(run -> run.remaining().workClass().ordinal())
          .thenComparing(SessionWork.Run::sessionId);

  private final Map<String, SessionWork.Run> waiting = new HashMap<>();

  /** Asked again, the newer account of what remains counts. */
  void add(SessionWork.Run run) {
    waiting.put(run.sessionId(), run);
  }

  void remove(String sessionId) {
    waiting.remove(sessionId);
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
    Optional<SessionWork.Run> first = waiting.values().stream().filter(mayRun).min(BY_RANK);
    first.ifPresent(run -> waiting.remove(run.sessionId()));
    return first;
  }
}
