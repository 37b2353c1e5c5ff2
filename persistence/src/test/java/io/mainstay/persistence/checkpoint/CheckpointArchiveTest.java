package io.mainstay.persistence.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.support.TestNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointArchiveTest {
  private static final DocumentRange RANGE = new DocumentRange(0, 4);

  @TempDir Path data;
  private DataDirectory directory;
  private Database database;
  private BlobStore blobs;
  private CheckpointArchive archive;
  private final byte[] state = CheckpointBlobTest.state(3_000);

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(TestNode.config("")));
    blobs = new BlobStore(database, BlobSettings.of(TestNode.config("")), Clock.systemUTC());
    archive = new CheckpointArchive(blobs, new CheckpointHolds(Duration.ofHours(1), 10, () -> 0));
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void list_hasWhatIsKept_withItsChain() {
    String full = put(10, "");
    put(20, full);
    blobs.addReference("s/work", full);
    assertEquals(
        List.of("s:0-4:10", "s:0-4:20"), archive.ids().stream().map(CheckpointId::text).toList());
    StoredCheckpoint later = archive.find(id(20)).orElseThrow();
    assertEquals(full, later.baseSha256());
    assertEquals(2, later.chain());
    assertEquals("processing", later.component());
    assertTrue(later.sound());
    assertTrue(archive.find(id(30)).isEmpty());
  }

  @Test
  void damagedBase_isTheProblemOfTheWholeChain() {
    String full = put(10, "");
    put(20, full);
    database.write(
        connection -> {
          try (var update = connection.createStatement()) {
            return update.executeUpdate(
                "UPDATE blob_chunk SET data = x'00' WHERE content_id ="
                    + " (SELECT content_id FROM blob WHERE sha256 = '"
                    + full
                    + "')");
          }
        });
    assertFalse(archive.find(id(10)).orElseThrow().sound());
    StoredCheckpoint later = archive.find(id(20)).orElseThrow();
    assertTrue(later.problem().contains(full), later.problem());
    assertEquals(0, later.chain());
  }

  @Test
  void prune_letsGoOfSurplus_butKeepsWhatOthersAreBasedOn() {
    String full = put(10, "");
    String middle = put(20, full);
    name(1, 20, middle);
    CheckpointArchive.Pruned pruned =
        archive.prune(
            new CheckpointRetention(1, Duration.ofDays(1), 1_000_000), Instant.now(), 100);
    assertEquals(1, pruned.checkpoints());
    assertEquals(List.of(id(20)), archive.ids());
    assertTrue(archive.isNamed(archive.find(id(20)).orElseThrow()));
    blobs.collect(Duration.ZERO.minusSeconds(1));
    assertTrue(archive.find(id(20)).orElseThrow().sound(), "its base is kept for it");
  }

  @Test
  void held_isNotPruned_unlessTheBytesAreTooMany_andWhatIsJournaledIsFound() {
    String full = put(10, "");
    put(20, full);
    put(30, full);
    name(1, 20, "ab".repeat(32));
    name(2, 20, "cd".repeat(32));
    archive.hold(List.of(id(10)));
    CheckpointRetention few = new CheckpointRetention(1, Duration.ofDays(1), 1_000_000);
    assertEquals(1, archive.prune(few, Instant.now(), 100).checkpoints());
    assertEquals(List.of(id(10), id(30)), archive.idsOf("s"));
    CheckpointRetention small = new CheckpointRetention(1, Duration.ofDays(1), 0);
    assertEquals(2, archive.prune(small, Instant.now(), 100).checkpoints());
    assertEquals(Set.of("ab".repeat(32), "cd".repeat(32)), archive.journaled(id(20)));
    assertEquals(Set.of(), archive.journaled(id(10)));
  }

  @Test
  void ids_areReadAsTheyAreWritten() {
    assertEquals(id(20), CheckpointId.parse(id(20).text()).orElseThrow());
    assertEquals(id(20), CheckpointId.ofOwner(id(20).owner()).orElseThrow());
    for (String none : List.of("", "s", "s:4-0:1", "s:0-4", "s:0-4:-1", "s:0-4:99999999999")) {
      assertTrue(CheckpointId.parse(none).isEmpty(), none);
    }
    assertTrue(CheckpointId.ofOwner("s/work").isEmpty());
  }

  private static CheckpointId id(int step) {
    return new CheckpointId("s", RANGE, step);
  }

  private void name(int sequence, int step, String sha256) {
    database.write(
        connection -> {
          try (var insert = connection.createStatement()) {
            return insert.executeUpdate(
                "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
                    + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload) VALUES"
                    + " ('Session|s', "
                    + sequence
                    + ", 'w', 0, '', 182001, 'session.BatchCheckpointed.v2', '"
                    + "{\"range\":{\"from\":0,\"to\":4},\"step\":"
                    + step
                    + ",\"sha256\":\""
                    + sha256
                    + "\"}')");
          }
        });
  }

  private String put(int step, String base) {
    byte[] next = state.clone();
    next[5] = (byte) step;
    CheckpointBlob blob =
        CheckpointBlob.full(List.of("f"), Instant.now(), step, "processing", next);
    if (!base.isEmpty()) {
      byte[] before = state.clone();
      before[5] = 10;
      blob = blob.differenceTo(base, before, next);
      blobs.addReference(id(step).owner(), base);
    }
    String sha256 = blobs.put("checkpoint", blob.toBytes()).sha256();
    blobs.addReference(id(step).owner(), sha256);
    return sha256;
  }
}
