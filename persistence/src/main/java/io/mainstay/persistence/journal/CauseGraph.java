package io.mainstay.persistence.journal;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What led to what: the index, and the events behind it that are not indexed yet, read from the
 * journal. An event has the root of its cause, so a chain is read with one query, and walked in
 * memory; one that is too long for that is walked with a query for each event. Confined to one
 * thread and one connection.
 */
final class CauseGraph {
  /** An event's place. */
  record Node(String eventId, String causeId, String rootId, String persistenceId, long ordering) {}

  // Events of a chain that are read at once, for each event that is asked for.
  private static final int CHAIN_FACTOR = 4;

  private final Connection connection;
  private final Map<String, Node> fresh = new HashMap<>();
  private final Map<String, List<Node>> freshByCause = new HashMap<>();
  private final Map<String, List<Node>> freshByEntity = new HashMap<>();
  // Chains that were read as a whole, by their root.
  private final Set<String> chains = new HashSet<>();
  private final Set<String> tried = new HashSet<>();
  private final Map<String, Node> known = new HashMap<>();
  private final Map<String, List<Node>> knownByCause = new HashMap<>();

  CauseGraph(Connection connection, JournalRows rows) throws SQLException {
    this.connection = connection;
    rows.each(
        connection,
        " AND ordering > ? ORDER BY ordering",
        row -> {
          try {
            var meta = rows.meta(row);
            add(
                new Node(
                    meta.eventId(),
                    meta.causeId(),
                    meta.rootId(),
                    row.persistenceId(),
                    row.ordering()));
          } catch (IOException e) {
            // A row that cannot be read leads nowhere; verify() reports it.
            return;
          }
        },
        CauseIndex.offset(connection));
  }

  private void add(Node node) {
    fresh.put(node.eventId(), node);
    freshByCause.computeIfAbsent(node.causeId(), unused -> new ArrayList<>()).add(node);
    freshByEntity.computeIfAbsent(node.persistenceId(), unused -> new ArrayList<>()).add(node);
  }

  Optional<Node> event(String eventId) throws SQLException {
    Node found = known.getOrDefault(eventId, fresh.get(eventId));
    return found != null
        ? Optional.of(found)
        : select("event_id", eventId, Integer.MAX_VALUE).stream().findFirst();
  }

  List<Node> ofEntity(String persistenceId) throws SQLException {
    List<Node> nodes = select("persistence_id", persistenceId, Integer.MAX_VALUE);
    nodes.addAll(freshByEntity.getOrDefault(persistenceId, List.of()));
    return nodes;
  }

  /**
   * The events, what led to them up to the roots, and what followed, by ordering. Stops above the
   * limit.
   */
  TreeMap<Long, Node> closure(List<Node> seeds, int limit) throws SQLException {
    TreeMap<Long, Node> found = new TreeMap<>();
    for (Node seed : seeds) {
      readChain(seed.rootId(), limit);
    }
    Deque<Node> open = new ArrayDeque<>(seeds);
    while (!open.isEmpty() && found.size() <= limit) {
      Node node = open.poll();
      if (found.putIfAbsent(node.ordering(), node) == null) {
        open.addAll(effects(node));
      }
    }
    Map<String, Node> seen = new HashMap<>();
    open.addAll(seeds);
    while (!open.isEmpty() && found.size() <= limit) {
      Node node = open.poll();
      if (seen.putIfAbsent(node.eventId(), node) == null) {
        found.put(node.ordering(), node);
        event(node.causeId()).ifPresent(open::add);
      }
    }
    return found;
  }

  /** The event, its cause, the cause of that, up to the root or to the limit. */
  List<Node> causes(String eventId, int limit) throws SQLException {
    List<Node> path = new ArrayList<>();
    Optional<Node> next = event(eventId);
    while (next.isPresent() && path.size() < limit) {
      Node node = next.get();
      path.add(node);
      next = node.causeId().equals(node.eventId()) ? Optional.empty() : event(node.causeId());
    }
    return path;
  }

  /** Events that this one led to, in the order of the journal. */
  List<Node> effects(String eventId) throws SQLException {
    List<Node> nodes = select("cause_id", eventId, Integer.MAX_VALUE);
    nodes.addAll(freshByCause.getOrDefault(eventId, List.of()));
    return nodes;
  }

  private void readChain(String rootId, int limit) throws SQLException {
    if (tried.add(rootId)) {
      int most = (int) Math.min(Integer.MAX_VALUE - 1, (long) limit * CHAIN_FACTOR);
      List<Node> chain = select("root_id", rootId, most + 1);
      if (chain.size() <= most) {
        chains.add(rootId);
        for (Node node : chain) {
          known.put(node.eventId(), node);
          knownByCause.computeIfAbsent(node.causeId(), unused -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  private List<Node> effects(Node node) throws SQLException {
    List<Node> nodes =
        chains.contains(node.rootId())
            ? new ArrayList<>(knownByCause.getOrDefault(node.eventId(), List.of()))
            : select("cause_id", node.eventId(), Integer.MAX_VALUE);
    nodes.addAll(freshByCause.getOrDefault(node.eventId(), List.of()));
    return nodes;
  }

  private List<Node> select(String column, String value, int limit) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_id, cause_id, root_id, persistence_id, ordering FROM cause_index WHERE "
                + column
                + " = ? ORDER BY ordering LIMIT ?")) {
      select.setString(1, value);
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          nodes.add(
              new Node(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getLong(5)));
        }
      }
    }
    return nodes;
  }
}
