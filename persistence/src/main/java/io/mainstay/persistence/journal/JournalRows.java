package io.mainstay.persistence.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalEventSerializer;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.serialization.RowSeal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;

/** Rows of table journal. Those of Akka itself, whose ids begin with a slash, are left out. */
final class JournalRows {
  /** Condition on rows that are ours. */
  static final String OURS = " persistence_id NOT LIKE '/%' ";

  private static final String COLUMNS =
      "SELECT ordering, persistence_id, sequence_number, write_timestamp, event_ser_id,"
          + " event_ser_manifest, event_payload, writer FROM journal WHERE"
          + OURS;

  private final JournalJson json = new JournalJson(EventManifests.current());

  /** Takes rows one by one. */
  @FunctionalInterface
  interface RowSink {
    void accept(Row row) throws SQLException;
  }

  /** A row as stored. */
  record Row(
      long ordering,
      String persistenceId,
      long sequenceNr,
      long writtenAt,
      int serializer,
      String manifest,
      byte[] payload,
      String writer) {}

  /** Rows that meet a condition, in its order. */
  void each(Connection connection, String condition, RowSink sink, Object... parameters)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMNS + condition)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          sink.accept(
              new Row(
                  rows.getLong(1),
                  rows.getString(2),
                  rows.getLong(3),
                  rows.getLong(4),
                  rows.getInt(5),
                  rows.getString(6),
                  rows.getBytes(7),
                  rows.getString(8)));
        }
      }
    }
  }

  /** The row for people; one that cannot be read says so in place of its JSON. */
  JournalEntry entry(Row row) {
    JsonNode tree;
    EventMeta meta;
    try {
      tree = tree(row);
      meta = meta(tree);
    } catch (IOException e) {
      tree = TextNode.valueOf("unreadable: " + e.getMessage());
      meta = null;
    }
    return new JournalEntry(
        row.ordering(),
        row.persistenceId(),
        row.sequenceNr(),
        type(row.manifest()),
        row.manifest(),
        meta,
        Instant.ofEpochMilli(row.writtenAt()),
        tree);
  }

  /** Identity and cause of a row's event. */
  EventMeta meta(Row row) throws IOException {
    return meta(tree(row));
  }

  /** The event of a row, as this release's class. */
  JournalEvent decode(Row row) throws IOException {
    requireOurs(row.serializer());
    return json.decode(RowSeal.open(row.payload()), row.manifest());
  }

  /** A state as the tree that its snapshot would be. */
  JsonNode tree(JournalEvent state) throws IOException {
    return json.tree(json.encode(state));
  }

  /** Manifest of a state. */
  String manifest(JournalEvent state) {
    return json.manifest(state);
  }

  /** The state of a snapshot row, as this release's class. */
  JournalEvent decode(int serializer, String manifest, byte[] payload) throws IOException {
    requireOurs(serializer);
    return json.decode(RowSeal.open(payload), manifest);
  }

  private JsonNode tree(Row row) throws IOException {
    requireOurs(row.serializer());
    JsonNode tree = json.tree(RowSeal.open(row.payload()));
    if (tree == null || !tree.isObject()) {
      throw new IOException("not a JSON object");
    }
    return tree;
  }

  private static void requireOurs(int serializer) throws IOException {
    if (serializer != JournalEventSerializer.IDENTIFIER) {
      throw new IOException("written by serializer " + serializer + ", not by ours");
    }
  }

  private static EventMeta meta(JsonNode tree) throws IOException {
    JsonNode meta = tree.path("meta");
    try {
      return new EventMeta(
          required(meta, "eventId"),
          required(meta, "causeId"),
          required(meta, "rootId"),
          Instant.parse(required(meta, "at")));
    } catch (DateTimeException e) {
      throw new IOException("meta.at is not a time", e);
    }
  }

  private static String required(JsonNode meta, String field) throws IOException {
    JsonNode value = meta.path(field);
    if (!value.isTextual()) {
      throw new IOException("meta." + field + " is missing");
    }
    return value.asText();
  }

  // session.WorkflowAccepted.v1 -> WorkflowAccepted
  private static String type(String manifest) {
    String[] parts = manifest.split("\\.");
    return parts.length >= 3 ? parts[parts.length - 2] : manifest;
  }
}
