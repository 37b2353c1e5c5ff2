package io.mainstay.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalFinding.Kind;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEventSerializer;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.persistence.support.TestNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are written as the journal plugin writes them; SessionRestartTest reads its own. */
class JournalReaderTest {
  private static final String S1 = "01KAJZP9S8B6V5Q4W3E2R1T0Y1";
  private static final String S2 = "01KAJZP9S8B6V5Q4W3E2R1T0Y2";
  private static final DocumentRange RANGE = new DocumentRange(0, 2);

  @TempDir Path data;
  private final EventStamper stamper = EventStamper.system();
  private final JournalJson json = new JournalJson(EventManifests.current());
  private DataDirectory directory;
  private Database database;
  private BlobStore blobs;
  private BlobRef input;
  private EventMeta death;
  private EventMeta poisoned;

  @BeforeEach
  void writeTwoSessionsAndADeath() throws Exception {
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(TestNode.config("")));
    blobs = new BlobStore(database, BlobSettings.of(TestNode.config("")), Clock.systemUTC());
    input = blobs.put("in", new byte[] {1, 2, 3});
    row("/sharding/SessionShard/3", 1, 4, "", new byte[] {9});
    EventMeta first = session(S1);
    session(S2);
    death = stamper.root();
    write(
        "Device|n1:cpu-0",
        1,
        new DeviceEvent.WorkerDied(death, 1, 2, "killed", "exit", -1, 9, "", "", 1, ""));
    EventMeta plan = stamper.causedBy(first);
    write("Session|" + S1, 2, new SessionEvent.PlanMade(plan, 2, 2));
    EventMeta interrupted = stamper.causedBy(death);
    write(
        "Session|" + S1,
        3,
        new SessionEvent.BatchInterrupted(interrupted, RANGE, "cpu-0", 1, 1, "killed", 0));
    poisoned = stamper.causedBy(interrupted);
    write("Session|" + S1, 4, new SessionEvent.DocumentPoisoned(poisoned, 0, 3, "killed"));
    write(
        "DeadLetters|n1",
        1,
        new DeadLetterEvent.DeadLetterStored(
            stamper.causedBy(poisoned), "L1", S1, 0, "poison", input.sha256()));
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void list_leavesAkkasOwnRowsOut() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      List<PersistenceIdSummary> all = reader.list();
      assertEquals(
          List.of("Session|" + S1, "Session|" + S2, "Device|n1:cpu-0", "DeadLetters|n1"),
          all.stream().map(PersistenceIdSummary::persistenceId).toList());
      assertEquals(4, all.get(0).events());
      assertFalse(all.get(0).lastAt().isBefore(all.get(0).firstAt()));
    }
  }

  @Test
  void pages_ofIdsAndEntries_areTheWholeInOrder() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      List<PersistenceIdSummary> ids = new ArrayList<>();
      for (int offset = 0; offset < 4; offset += 3) {
        ids.addAll(reader.list(offset, 3));
      }
      assertEquals(reader.list(), ids);
      assertEquals(List.of(), reader.list(4, 3));
      List<JournalEntry> all = reader.entries("Session|" + S1);
      List<JournalEntry> head = reader.entries("Session|" + S1, 0, 3);
      assertEquals(all.subList(0, 3), head);
      assertEquals(all.subList(3, 4), reader.entries("Session|" + S1, head.get(2).ordering(), 3));
      assertEquals(List.of(), reader.entries("Session|" + S1, all.get(3).ordering(), 3));
    }
  }

  @Test
  void leading_isWhatLedToIt_nearestFirst_andNoMoreThanTheLimit() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      assertEquals(
          List.of("Session|" + S1, "Device|n1:cpu-0"), reader.leading(poisoned.eventId(), 100));
      assertEquals(List.of("Session|" + S1), reader.leading(poisoned.eventId(), 2));
      assertEquals(List.of("Device|n1:cpu-0"), reader.leading(death.eventId(), 100));
      assertEquals(List.of(), reader.leading(S2, 100));
    }
  }

  @Test
  void entriesAndTail_giveTheEventsInOrder() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      List<JournalEntry> entries = reader.entries("Session|" + S1);
      assertEquals(
          List.of("WorkflowAccepted", "PlanMade", "BatchInterrupted", "DocumentPoisoned"),
          entries.stream().map(JournalEntry::type).toList());
      assertEquals(List.of(1L, 2L, 3L, 4L), entries.stream().map(e -> e.sequenceNr()).toList());
      assertEquals("text-embedding", entries.get(0).json().at("/workflow/template").asText());
      assertEquals(death.eventId(), entries.get(2).meta().causeId());
      assertEquals(List.of(), reader.entries("Session|nobody"));
      List<JournalEntry> head = reader.tail(0, 3);
      assertEquals(3, head.size());
      long last = reader.lastOrdering();
      assertEquals(List.of(), reader.tail(last, 10));
      write("Session|" + S1, 5, new SessionEvent.WorkflowCancelled(stamper.root(), "enough"));
      assertEquals("WorkflowCancelled", reader.tail(last, 10).get(0).type());
    }
  }

  @Test
  void followers_areThoseThatAnEventLedTo_indexedOrNot() throws Exception {
    for (int indexed : new int[] {0, 100}) {
      new CauseIndex(database).advance(indexed == 0 ? 1 : indexed);
      try (JournalReader reader = JournalReader.open(data)) {
        assertEquals(List.of("Session|" + S1), reader.followers(death.eventId(), "Session|"));
        assertEquals(List.of(), reader.followers(death.eventId(), "DeadLetters|"));
        assertEquals(
            List.of("DeadLetters|n1"), reader.followers(poisoned.eventId(), "DeadLetters|"));
        assertEquals(List.of(), reader.followers("nothing", "Session|"));
      }
    }
  }

  @Test
  void explain_withoutAnIndex_withHalfOfOne_andWithAWholeOne_isTheSame() throws Exception {
    for (int indexed : new int[] {0, 4, 100}) {
      if (indexed > 0) {
        new CauseIndex(database).advance(indexed);
      }
      try (JournalReader reader = JournalReader.open(data)) {
        assertEquals(
            List.of("WorkerDied", "BatchInterrupted", "DocumentPoisoned", "DeadLetterStored"),
            types(reader.explain(poisoned.eventId(), 100)));
        assertEquals(
            types(reader.explain(poisoned.eventId(), 100)),
            types(reader.explain(death.rootId(), 100)));
        List<String> whole = types(reader.explain(S1, 100));
        assertEquals(
            List.of(
                "WorkflowAccepted",
                "WorkerDied",
                "PlanMade",
                "BatchInterrupted",
                "DocumentPoisoned",
                "DeadLetterStored"),
            whole);
        assertEquals(whole, types(reader.explain("Session|" + S1, 100)));
        assertEquals(List.of("WorkflowAccepted"), types(reader.explain(S2, 100)));
        assertEquals(Optional.empty(), reader.explain("nothing", 100));
        Explanation cut = reader.explain(S1, 2).orElseThrow();
        assertTrue(cut.truncated());
        assertEquals(2, cut.entries().size());
      }
    }
  }

  @Test
  void index_isIdempotentAndCanBeRebuilt() throws Exception {
    CauseIndex index = new CauseIndex(database);
    assertEquals(5, index.advance(5));
    assertEquals(2, index.advance(5));
    assertEquals(0, index.advance(5));
    sql("UPDATE projection_offset SET ordering = 0");
    assertEquals(7, index.advance(100), "the same rows again change nothing");
    assertEquals(7, index.reindex(3));
    assertEquals(7, count("cause_index"));
  }

  @Test
  void verify_ofASoundJournal_findsNothing() throws Exception {
    new CauseIndex(database).advance(100);
    Verification found = verify();
    assertEquals(List.of(), found.findings());
    assertTrue(found.intact());
    assertEquals(7, found.events());
    assertEquals(4, found.entities());
    assertEquals(1, found.blobs());
  }

  @Test
  void verify_afterEachKindOfDamage_namesItAndWhere() throws Exception {
    new CauseIndex(database).advance(100);
    sql("DELETE FROM journal WHERE persistence_id = 'Session|" + S1 + "' AND sequence_number = 2");
    assertFound(Kind.SEQUENCE_GAP, "Session|" + S1, 3);
    sql("DELETE FROM journal WHERE persistence_id = 'Device|n1:cpu-0'");
    assertFound(Kind.MISSING_CAUSE, "Session|" + S1, 3);
    sql("DELETE FROM cause_index WHERE persistence_id = 'DeadLetters|n1'");
    assertFound(Kind.NOT_INDEXED, "DeadLetters|n1", 1);
    sql("UPDATE blob_chunk SET data = x'00'");
    assertFound(Kind.CORRUPT_BLOB, "Session|" + S1, 1);
    sql("DELETE FROM blob");
    assertFound(Kind.MISSING_BLOB, "Session|" + S2, 1);
    row(
        "Session|" + S2,
        2,
        JournalEventSerializer.IDENTIFIER,
        "session.Unheard.v9",
        "{}".getBytes(StandardCharsets.UTF_8));
    assertFound(Kind.UNDECODABLE, "Session|" + S2, 2);
    try (JournalReader reader = JournalReader.open(data)) {
      JournalEntry unread = reader.entries("Session|" + S2).get(1);
      assertTrue(unread.json().asText().contains("unreadable"));
    }
  }

  private EventMeta session(String id) throws Exception {
    EventMeta meta = stamper.root();
    write(
        "Session|" + id,
        1,
        new SessionEvent.WorkflowAccepted(
            meta,
            id,
            new Workflow.TextEmbedding("m", 2),
            List.of(input),
            WorkClass.STANDARD,
            "",
            "me"));
    return meta;
  }

  private void write(String persistenceId, long sequenceNr, CausedEvent event) throws Exception {
    row(
        persistenceId,
        sequenceNr,
        JournalEventSerializer.IDENTIFIER,
        json.manifest(event),
        json.encode(event));
  }

  private void row(String persistenceId, long sequenceNr, int ser, String manifest, byte[] bytes) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
                      + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
                      + " VALUES (?, ?, 'test', ?, '', ?, ?, ?)")) {
            insert.setString(1, persistenceId);
            insert.setLong(2, sequenceNr);
            insert.setLong(3, System.currentTimeMillis());
            insert.setInt(4, ser);
            insert.setString(5, manifest);
            insert.setBytes(6, bytes);
            return insert.executeUpdate();
          }
        });
  }

  private void assertFound(Kind kind, String persistenceId, long sequenceNr) throws Exception {
    List<JournalFinding> findings = verify().findings();
    assertTrue(
        findings.stream()
            .anyMatch(
                finding ->
                    finding.kind() == kind
                        && finding.persistenceId().equals(persistenceId)
                        && finding.sequenceNr() == sequenceNr),
        () -> kind + " is not among " + findings);
  }

  private Verification verify() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      return reader.verify(EntityFolds.of(TestNode.config("")));
    }
  }

  private static List<String> types(Optional<Explanation> explanation) {
    return Stream.ofNullable(explanation.orElse(null))
        .flatMap(found -> found.entries().stream())
        .map(JournalEntry::type)
        .toList();
  }

  private void sql(String statement) {
    database.write(
        connection -> {
          try (var run = connection.createStatement()) {
            run.execute("PRAGMA defer_foreign_keys = on");
            run.execute("DELETE FROM blob_reference");
            return run.executeUpdate(statement);
          }
        });
  }

  private int count(String table) {
    return database.read(
        connection -> {
          try (var run = connection.createStatement();
              var row = run.executeQuery("SELECT count(*) FROM " + table)) {
            return row.getInt(1);
          }
        });
  }
}
