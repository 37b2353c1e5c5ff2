package io.mainstay.actors.processing;

import io.mainstay.persistence.session.Session;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sessions this node knows of, which of them are open, and the views of some that are over.
 * Ids are ULIDs, so their order is that of acceptance. Confined to its owner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "sessions",
    fields = "lifecycle",
    held = Session.class)
final class SessionDirectory {
  private static final int VIEWS_KEPT = 1_000;

  private final TreeSet<String> known = new TreeSet<>();
  private final Set<String> open = new HashSet<>();
  private final Map<String, SessionView> finished =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SessionView> eldest) {
          return size() > VIEWS_KEPT;
        }
      };

  void found(Collection<String> sessionIds) {
    known.addAll(sessionIds);
  }

  void opened(String sessionId) {
    known.add(sessionId);
    open.add(sessionId);
  }

  void closed(String sessionId) {
    open.remove(sessionId);
  }

  /** It never came to be. */
  void forget(String sessionId) {
    known.remove(sessionId);
    open.remove(sessionId);
  }

  boolean knows(String sessionId) {
    return known.contains(sessionId);
  }

  Set<String> open() {
    return Set.copyOf(open);
  }

  int openCount() {
    return open.size();
  }

  int knownCount() {
    return known.size();
  }

  /** Newest first. */
  List<String> newest(int limit) {
    return known.descendingSet().stream().limit(Math.max(0, limit)).toList();
  }

  SessionView finishedView(String sessionId) {
    return finished.get(sessionId);
  }

  void finished(SessionView view) {
    finished.put(view.sessionId(), view);
    open.remove(view.sessionId());
  }
}
