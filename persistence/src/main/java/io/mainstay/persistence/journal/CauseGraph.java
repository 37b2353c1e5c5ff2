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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What led to what: the index, and the events behind it that are not indexed yet, read from the
 * journal. Confined to one thread and one connection.
 */
final class CauseGraph {
  /** An event's place. */
  record Node(String eventId, String causeId, String persistenceId, long ordering) {}

  private final Connection connection;
  private final Map<String, Node> fresh = new HashMap<>();
  private final Map<String, List<Node>> freshByCause = new HashMap<>();
  private final Map<String, List<Node>> freshByEntity = new HashMap<>();

  CauseGraph(Connection connection, JournalRows rows) throws SQLException {
    this.connection = connection;
    rows.each(
        connection,
        " AND ordering > ? ORDER BY ordering",
        row -> {
          try {
            var meta = rows.meta(row);
            add(new Node(meta.eventId(), meta.causeId(), row.persistenceId(), row.ordering()));
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
    Node known = fresh.get(eventId);
    return known != null ? Optional.of(known) : select("event_id", eventId).stream().findFirst();
  }

  List<Node> ofEntity(String persistenceId) throws SQLException {
    List<Node> nodes = select("persistence_id", persistenceId);
    nodes.addAll(freshByEntity.getOrDefault(persistenceId, List.of()));
    return nodes;
  }

  /**
   * The events, what led to them up to the roots, and what followed, by ordering. Stops above the
   * limit.
   */
  TreeMap<Long, Node> closure(List<Node> seeds, int limit) throws SQLException {
    TreeMap<Long, Node> found = new TreeMap<>();
    Deque<Node> open = new ArrayDeque<>(seeds);
    while (!open.isEmpty() && found.size() <= limit) {
      Node node = open.poll();
      if (found.putIfAbsent(node.ordering(), node) == null) {
        open.addAll(effects(node.eventId()));
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

  private List<Node> effects(String eventId) throws SQLException {
    List<Node> nodes = select("cause_id", eventId);
    nodes.addAll(freshByCause.getOrDefault(eventId, List.of()));
    return nodes;
  }

  private List<Node> select(String column, String value) throws SQLException {
    List<Node> nodes = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT event_id, cause_id, persistence_id, ordering FROM cause_index WHERE "
                + column
                + " = ? ORDER BY ordering")) {
      select.setString(1, value);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          nodes.add(
              new Node(rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
        }
      }
    }
    return nodes;
  }
}
