package io.mainstay.persistence.journal;

import io.mainstay.persistence.blob.BlobCheck;
import io.mainstay.persistence.blob.BlobVerifier;
import io.mainstay.persistence.journal.JournalFinding.Kind;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.RowSeal;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One check of a whole journal. Confined to one thread and one connection. */
final class JournalVerifier {
  private record Place(String persistenceId, long sequenceNr) {}

  private final Connection connection;
  private final JournalRows rows;
  private final int findingsMax;
  private final List<JournalFinding> findings = new ArrayList<>();
  private final Set<String> eventIds = new HashSet<>();
  private final Map<String, Place> causes = new HashMap<>();
  private final BlobMentions mentions = new BlobMentions();
  private final FoldCheck folding;
  private final WriterCheck writers = new WriterCheck();
  private boolean truncated;
  private long events;
  private long entities;
  private String entity = "";
  private long expected;

  JournalVerifier(Connection connection, JournalRows rows, EntityFolds folds, int findingsMax) {
    this.connection = connection;
    this.rows = rows;
    this.findingsMax = findingsMax;
    this.folding =
        new FoldCheck(
            connection,
            rows,
            folds,
            (kind, persistenceId, sequenceNr, message) ->
                find(kind, new Place(persistenceId, sequenceNr), message));
  }

  Verification run() throws SQLException {
    database();
    rows.each(connection, " ORDER BY persistence_id, sequence_number", this::row);
    folding.end(entity);
    causes.forEach(
        (causeId, place) -> {
          if (!eventIds.contains(causeId)) {
            find(Kind.MISSING_CAUSE, place, "Its cause " + causeId + " is not in the journal");
          }
        });
    long blobs = blobs();
    index();
    return new Verification(events, entities, blobs, findings, truncated);
  }

  private void row(JournalRows.Row row) throws SQLException {
    Place place = new Place(row.persistenceId(), row.sequenceNr());
    events++;
    if (!row.persistenceId().equals(entity)) {
      folding.end(entity);
      folding.entity(row.persistenceId());
      writers.begin();
      entity = row.persistenceId();
      entities++;
      expected = 1;
    }
    if (row.sequenceNr() != expected) {
      find(
          Kind.SEQUENCE_GAP,
          place,
          "Events " + expected + " to " + (row.sequenceNr() - 1) + " are missing before it");
      folding.event(row.persistenceId(), expected, null);
    }
    String written = writers.next(row);
    if (!written.isEmpty()) {
      find(Kind.DUPLICATE_WRITER, place, written);
    }
    expected = row.sequenceNr() + 1;
    folding.event(row.persistenceId(), row.sequenceNr(), read(row, place));
  }

  /** The event, or null if there is none that can be read. */
  private CausedEvent read(JournalRows.Row row, Place place) {
    try {
      JournalEvent event = rows.decode(row);
      if (event instanceof CausedEvent caused) {
        eventIds.add(caused.meta().eventId());
        causes.putIfAbsent(caused.meta().causeId(), place);
        mentions.add(row.persistenceId(), row.sequenceNr(), caused);
        return caused;
      }
      find(Kind.UNDECODABLE, place, row.manifest() + " is not an event");
    } catch (RowSeal.BrokenException broken) {
      find(Kind.CHECKSUM, place, row.manifest() + " is damaged: " + broken.getMessage());
    } catch (IOException | RuntimeException e) {
      find(Kind.UNDECODABLE, place, row.manifest() + " cannot be read: " + e.getMessage());
    }
    return null;
  }

  private long blobs() throws SQLException {
    Map<String, BlobCheck> checks = new TreeMap<>();
    for (String sha256 : BlobVerifier.all(connection)) {
      BlobCheck check = BlobVerifier.check(connection, sha256);
      checks.put(sha256, check);
    }
    Set<String> named = new HashSet<>();
    for (BlobMentions.Mention mention : mentions.needed()) {
      Place place = new Place(mention.persistenceId(), mention.sequenceNr());
      BlobCheck check = checks.get(mention.sha256());
      if (check == null) {
        find(Kind.MISSING_BLOB, place, "Blob " + mention.sha256() + " is not there");
      } else if (check == BlobCheck.CORRUPT) {
        named.add(mention.sha256());
        find(Kind.CORRUPT_BLOB, place, corrupt(mention.sha256()));
      }
    }
    checks.forEach(
        (sha256, check) -> {
          if (check == BlobCheck.CORRUPT && !named.contains(sha256)) {
            find(Kind.CORRUPT_BLOB, new Place("", 0), corrupt(sha256));
          }
        });
    return checks.size();
  }

  private static String corrupt(String sha256) {
    return "Blob " + sha256 + " has other bytes than were stored";
  }

  private void index() throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT persistence_id, sequence_number FROM journal j WHERE ordering <= ? AND"
                + JournalRows.OURS
                + "AND NOT EXISTS (SELECT 1 FROM cause_index c"
                + " WHERE c.persistence_id = j.persistence_id"
                + " AND c.sequence_number = j.sequence_number)")) {
      select.setLong(1, CauseIndex.offset(connection));
      try (ResultSet missing = select.executeQuery()) {
        while (missing.next()) {
          find(
              Kind.NOT_INDEXED,
              new Place(missing.getString(1), missing.getLong(2)),
              "It is not in the cause index; rebuild it with 'mainstay journal verify --reindex'");
        }
      }
    }
  }

  private void database() throws SQLException {
    if (!connection.getMetaData().getDatabaseProductName().equals("SQLite")) {
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet verdicts = statement.executeQuery("PRAGMA integrity_check(10)")) {
      while (verdicts.next()) {
        if (!"ok".equals(verdicts.getString(1))) {
          find(Kind.DATABASE, new Place("", 0), verdicts.getString(1));
        }
      }
    }
  }

  private void find(Kind kind, Place place, String message) {
    if (findings.size() >= findingsMax) {
      truncated = true;
      return;
    }
    findings.add(new JournalFinding(kind, place.persistenceId(), place.sequenceNr(), message));
  }
}
