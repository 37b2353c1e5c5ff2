package io.mainstay.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalFinding.Kind;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalJson;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionHistory;
import io.mainstay.persistence.support.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session's state at each of its events, and every kind of damage to its rows. */
class JournalReplayTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y1";
  private static final String ID = "Session|" + SESSION;
  private static final String BLOB = "0".repeat(64);
  private static final EntityFolds FOLDS = EntityFolds.of(TestNode.config(""));

  @TempDir Path data;
  private final JournalJson json = new JournalJson(EventManifests.current());
  private DataDirectory directory;
  private Database database;
  private StoredRows rows;
  private List<SessionEvent> events;

  @BeforeEach
  void writeASession() throws Exception {
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(TestNode.config("")));
    rows = new StoredRows(database);
    events = SessionHistory.completed(EventStamper.system(), SESSION, List.of(), BLOB, 3);
    for (int i = 0; i < events.size(); i++) {
      rows.event(ID, i + 1L, i < 4 ? "first" : "second", events.get(i));
    }
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void everyFamilyOfEvents_hasAFold() {
    Set<Class<?>> families =
        EventManifests.current().all().values().stream()
            .filter(CausedEvent.class::isAssignableFrom)
            .map(event -> event.getInterfaces()[0])
            .collect(Collectors.toSet());
    assertEquals(
        families, FOLDS.all().stream().map(EntityFold::family).collect(Collectors.toSet()));
  }

  @Test
  void replay_toEachEvent_isWhatThoseEventsMake_withAndWithoutSnapshots() throws Exception {
    for (long snapshot : new long[] {0, 5, 9}) {
      if (snapshot > 0) {
        rows.snapshot(ID, snapshot, SessionHistory.state(events, (int) snapshot));
      }
      for (int to = 1; to <= events.size(); to++) {
        ReplayedState replayed = replay(to);
        assertEquals(tree(to), replayed.state(), "at event " + to);
        assertEquals(events.get(to - 1).meta(), replayed.meta());
        assertEquals(events.size(), replayed.lastSequenceNr());
        assertEquals(
            to < snapshot ? Math.min(5, snapshot) : snapshot, start(to, snapshot, replayed));
        assertEquals(to - replayed.fromSnapshot(), replayed.folded());
      }
    }
  }

  // What an earlier snapshot may give is the same as none.
  private static long start(int to, long snapshot, ReplayedState replayed) {
    if (to >= snapshot) {
      return replayed.fromSnapshot();
    }
    assertTrue(replayed.fromSnapshot() <= to);
    return Math.min(5, snapshot);
  }

  @Test
  void replay_withASnapshotThatCannotBeRead_startsFromTheOneBefore() throws Exception {
    rows.snapshot(ID, 5, SessionHistory.state(events, 5));
    rows.snapshot(ID, 8, SessionHistory.state(events, 8));
    rows.sql("UPDATE snapshots SET snapshot_payload = x'7b' WHERE sequence_number = 8");
    ReplayedState replayed = replay(10);
    assertEquals(5, replayed.fromSnapshot());
    assertEquals(tree(10), replayed.state());
    assertTrue(replayed.snapshotsRefused().get(0).startsWith("snapshot 8: "));
  }

  @Test
  void replay_beyondTheLastEvent_ofNobody_andOverAGap_isRefusedWithTheReason() throws Exception {
    assertTrue(refusal(99).contains("it has 1 to " + events.size()));
    assertTrue(refusal(0).contains("no event 0"));
    try (JournalReader reader = JournalReader.open(data)) {
      assertTrue(reader.replay("Session|nobody", 1, FOLDS).isEmpty());
    }
    rows.sql("DELETE FROM journal WHERE sequence_number = 3");
    assertEquals(tree(2), replay(2).state());
    assertTrue(refusal(7).contains("Event 3 of " + ID + " is missing before 4"));
  }

  @Test
  void verify_ofSoundRows_withAndWithoutChecksum_findsNothing() throws Exception {
    rows.snapshot(ID, 5, SessionHistory.state(events, 5));
    rows.event("Session|old", 1, "w", events.get(0));
    rows.sql(
        "UPDATE journal SET event_payload = CAST(replace(CAST(event_payload AS TEXT),"
            + " substr(CAST(event_payload AS TEXT), -21, 20), '') AS BLOB)"
            + " WHERE persistence_id = 'Session|old'");
    assertEquals(Set.of(), kinds(), "a row of an earlier release has no checksum");
  }

  @Test
  void verify_afterAChangeInsideARow_findsItsChecksum() throws Exception {
    rows.sql(
        "UPDATE journal SET event_payload = CAST(replace(CAST(event_payload AS TEXT),"
            + " 'cpu-0', 'cpu-1') AS BLOB) WHERE sequence_number = 6");
    assertFound(Kind.CHECKSUM, 6);
    assertTrue(refusal(7).contains("Event 6 of " + ID), "nor is it replayed");
  }

  @Test
  void verify_withTwoWritersAtOnce_findsTheOneThatCameBack() throws Exception {
    rows.sql("UPDATE journal SET writer = 'first' WHERE sequence_number = 8");
    assertFound(Kind.DUPLICATE_WRITER, 8);
  }

  @Test
  void verify_ofRowsThatChangedPlaces_findsThem() throws Exception {
    rows.sql("UPDATE journal SET ordering = 1000 WHERE sequence_number = 7");
    assertFound(Kind.DUPLICATE_WRITER, 8);
  }

  @Test
  void verify_ofAnEventThatCannotFollow_findsIt() throws Exception {
    rows.event(ID, events.size() + 1L, "second", events.get(2));
    assertFound(Kind.UNFOLDABLE, events.size() + 1L);
  }

  @Test
  void verify_ofSnapshots_findsThoseThatAreNotWhatTheEventsMake() throws Exception {
    rows.snapshot(ID, 5, SessionHistory.state(events, 6));
    assertFound(Kind.SNAPSHOT, 5);
    rows.sql("UPDATE snapshots SET snapshot_payload = x'00'");
    assertFound(Kind.SNAPSHOT, 5);
    rows.sql("UPDATE snapshots SET sequence_number = 500");
    assertFound(Kind.SNAPSHOT, 500);
  }

  @Test
  void verify_withAGap_findsItAndSaysNothingOfWhatCannotBeFolded() throws Exception {
    rows.sql("DELETE FROM journal WHERE sequence_number = 3");
    assertFound(Kind.SEQUENCE_GAP, 4);
    assertTrue(!kinds().contains(Kind.UNFOLDABLE));
  }

  private ReplayedState replay(long to) throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      return reader.replay(ID, to, FOLDS).orElseThrow();
    }
  }

  private String refusal(long to) {
    return assertThrows(ReplayRefusedException.class, () -> replay(to)).getMessage();
  }

  private JsonNode tree(int events) throws IOException {
    return json.tree(json.encode(SessionHistory.state(this.events, events)));
  }

  private Set<Kind> kinds() throws Exception {
    return findings().stream().map(JournalFinding::kind).collect(Collectors.toSet());
  }

  private List<JournalFinding> findings() throws Exception {
    try (JournalReader reader = JournalReader.open(data)) {
      return reader.verify(FOLDS).findings();
    }
  }

  private void assertFound(Kind kind, long sequenceNr) throws Exception {
    assertTrue(
        findings().stream()
            .anyMatch(
                found ->
                    found.kind() == kind
                        && found.persistenceId().equals(ID)
                        && found.sequenceNr() == sequenceNr),
        () -> kind + " of event " + sequenceNr + " not found");
  }
}
