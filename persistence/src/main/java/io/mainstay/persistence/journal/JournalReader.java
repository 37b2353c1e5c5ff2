package io.mainstay.persistence.journal;

import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.serialization.EntityFolds;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads a journal, beside a live node or without one. Changes nothing. Not thread-safe; blocks, so
 * keep it off actor threads; to be closed.
 */
public final class JournalReader implements AutoCloseable {
  /** Findings that a verification reports, at most. */
  private static final int FINDINGS_MAX = 1_000;

  // Values in one statement.
  private static final int ROWS_AT_ONCE = 500;

  // Entities that are asked for by what stands behind the bar of their persistence ids.
  private static final List<String> KINDS =
      List.of(
          "Session",
          "Saga",
          "Transaction",
          "Recovery",
          "Participant",
          "Device",
          "Faults",
          "DeadLetters",
          "ReviewQueue",
          "SafetyPolicy",
          "Alert",
          "Modes",
          "Notification",
          "Consistency",
          "Node");

  private final Connection connection;
  private final JournalRows rows = new JournalRows();

  private JournalReader(Connection connection) {
    this.connection = connection;
  }

  /**
   * Reads the SQLite database of a data directory, read-only.
   *
   * @throws DataDirectoryProblem if there is none, or it cannot be read
   */
  public static JournalReader open(Path dataDirectory) throws DataDirectoryProblem {
    return new JournalReader(Database.openReadOnly(dataDirectory));
  }

  /** Reads the database of this node. */
  public static JournalReader of(Database database) {
    return new JournalReader(database.reader());
  }

  /** Entities that have events, by their first event. */
  public List<PersistenceIdSummary> list() {
    return list(0, Integer.MAX_VALUE);
  }

  /**
   * A page of {@link #list()}. New entities come last, so pages do not shift.
   *
   * @param offset entities left out before, 0 to begin
   */
  public List<PersistenceIdSummary> list(int offset, int limit) {
    return query(
        () -> {
          List<PersistenceIdSummary> all = new ArrayList<>();
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT persistence_id, count(*), min(write_timestamp), max(write_timestamp)"
                      + " FROM journal WHERE"
                      + JournalRows.OURS
                      + "GROUP BY persistence_id ORDER BY min(ordering) LIMIT ? OFFSET ?")) {
            select.setInt(1, limit);
            select.setInt(2, offset);
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                all.add(
                    new PersistenceIdSummary(
                        found.getString(1),
                        found.getLong(2),
                        Instant.ofEpochMilli(found.getLong(3)),
                        Instant.ofEpochMilli(found.getLong(4))));
              }
            }
          }
          return all;
        });
  }

  /**
   * Entities of one kind whose ids are ULIDs, those whose first event is the newest first, at most
   * {@code limit}.
   *
   * @param prefix such as {@code Saga|}
   */
  public List<String> newest(String prefix, int limit) {
    return query(
        () -> {
          List<String> ids = new ArrayList<>();
          // A range, not LIKE: it uses the index. A ULID begins with a digit from 0 to 7.
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT persistence_id FROM journal WHERE"
                      + JournalRows.OURS
                      + "AND sequence_number = 1 AND persistence_id >= ? AND persistence_id < ?"
                      + " ORDER BY ordering DESC LIMIT ?")) {
            select.setString(1, prefix + "0");
            select.setString(2, prefix + "8");
            select.setInt(3, limit);
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                ids.add(found.getString(1));
              }
            }
          }
          return ids;
        });
  }

  /** All events of an entity, in order; empty if there is none. */
  public List<JournalEntry> entries(String persistenceId) {
    return query(() -> matching(" AND persistence_id = ? ORDER BY sequence_number", persistenceId));
  }

  /** The next events of an entity after an ordering, at most {@code limit}. */
  public List<JournalEntry> entries(String persistenceId, long afterOrdering, int limit) {
    return query(
        () ->
            matching(
                " AND persistence_id = ? AND ordering > ? ORDER BY sequence_number LIMIT ?",
                persistenceId,
                afterOrdering,
                limit));
  }

  /** One event of an entity. */
  public Optional<JournalEntry> entry(String persistenceId, long sequenceNr) {
    return query(
        () ->
            matching(" AND persistence_id = ? AND sequence_number = ?", persistenceId, sequenceNr)
                .stream()
                .findFirst());
  }

  /** The next events of the whole journal after an ordering, at most {@code limit}. */
  public List<JournalEntry> tail(long afterOrdering, int limit) {
    return query(
        () -> matching(" AND ordering > ? ORDER BY ordering LIMIT ?", afterOrdering, limit));
  }

  /** Ordering of the newest event, 0 in an empty journal: where to begin a tail. */
  public long lastOrdering() {
    return query(
        () -> {
          try (PreparedStatement select =
                  connection.prepareStatement("SELECT max(ordering) FROM journal");
              ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0L;
          }
        });
  }

  /**
   * Why something happened: the subject's events, everything that led to them, and everything that
   * followed from them, in the journal's order.
   *
   * @param id of an event, session, saga, entity (persistence id) or chain (root id)
   * @param limit entries at most
   * @return empty if nothing has that id
   */
  public Optional<Explanation> explain(String id, int limit) {
    return query(
        () -> {
          CauseGraph graph = new CauseGraph(connection, rows);
          List<CauseGraph.Node> seeds = seeds(graph, id);
          if (seeds.isEmpty()) {
            return Optional.empty();
          }
          TreeMap<Long, CauseGraph.Node> chain = graph.closure(seeds, limit);
          List<JournalEntry> entries = at(chain.keySet().stream().limit(limit).toList());
          return Optional.of(new Explanation(id, entries, chain.size() > limit));
        });
  }

  /**
   * Entities whose events led to an event, itself included, the nearest first.
   *
   * @param limit events that are walked at most
   */
  public List<String> leading(String eventId, int limit) {
    return query(
        () ->
            new CauseGraph(connection, rows)
                .causes(eventId, limit).stream()
                    .map(CauseGraph.Node::persistenceId)
                    .distinct()
                    .toList());
  }

  /**
   * Entities that an event led to directly, by their first event of that cause.
   *
   * @param eventId of the cause
   * @param prefix of their persistence ids, such as {@code Session|}
   */
  public List<String> followers(String eventId, String prefix) {
    return query(
        () ->
            new CauseGraph(connection, rows)
                .effects(eventId).stream()
                    .map(CauseGraph.Node::persistenceId)
                    .filter(id -> id.startsWith(prefix))
                    .distinct()
                    .toList());
  }

  /**
   * What an entity was after one of its events; empty if it has no events.
   *
   * @param to the event's sequence number
   * @throws ReplayRefusedException if the state cannot be told
   */
  public Optional<ReplayedState> replay(String persistenceId, long to, EntityFolds folds) {
    return query(() -> new EntityReplay(connection, rows, folds).run(persistenceId, to));
  }

  /** Sequence number of an entity's last event, 0 if it has none. */
  public long lastSequenceNr(String persistenceId) {
    return query(
        () -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT max(sequence_number) FROM journal WHERE persistence_id = ?")) {
            select.setString(1, persistenceId);
            try (ResultSet row = select.executeQuery()) {
              return row.next() ? row.getLong(1) : 0L;
            }
          }
        });
  }

  /**
   * Checks everything: sequences, writers, checksums, readability, states and snapshots, causes,
   * blobs and their hashes, the cause index.
   */
  public Verification verify(EntityFolds folds) {
    return query(() -> new JournalVerifier(connection, rows, folds, FINDINGS_MAX).run());
  }

  @Override
  public void close() {
    query(
        () -> {
          connection.close();
          return null;
        });
  }

  private List<CauseGraph.Node> seeds(CauseGraph graph, String id) throws SQLException {
    Optional<CauseGraph.Node> event = graph.event(id);
    if (event.isPresent()) {
      return List.of(event.get());
    }
    List<CauseGraph.Node> nodes = new ArrayList<>();
    for (String persistenceId : entitiesNamed(id)) {
      nodes.addAll(graph.ofEntity(persistenceId));
    }
    return nodes;
  }

  // A persistence id as it is, or the part behind its bar.
  private List<String> entitiesNamed(String id) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM journal WHERE persistence_id = ? LIMIT 1")) {
      for (String name :
          Stream.concat(Stream.of(id), KINDS.stream().map(kind -> kind + "|" + id)).toList()) {
        select.setString(1, name);
        try (ResultSet found = select.executeQuery()) {
          if (found.next()) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private List<JournalEntry> at(List<Long> orderings) throws SQLException {
    List<JournalEntry> entries = new ArrayList<>();
    for (int from = 0; from < orderings.size(); from += ROWS_AT_ONCE) {
      List<Long> part = orderings.subList(from, Math.min(orderings.size(), from + ROWS_AT_ONCE));
      String places = "?" + ", ?".repeat(part.size() - 1);
      entries.addAll(
          matching(" AND ordering IN (" + places + ") ORDER BY ordering", part.toArray()));
    }
    return entries;
  }

  private List<JournalEntry> matching(String condition, Object... parameters) throws SQLException {
    List<JournalEntry> entries = new ArrayList<>();
    rows.each(connection, condition, row -> entries.add(rows.entry(row)), parameters);
    return entries;
  }

  private static <T> T query(Query<T> query) {
    try {
      return query.run();
    } catch (SQLException e) {
      throw Database.failed(e);
    }
  }

  /** Statements on the connection. */
  @FunctionalInterface
  private interface Query<T> {
    T run() throws SQLException;
  }
}
