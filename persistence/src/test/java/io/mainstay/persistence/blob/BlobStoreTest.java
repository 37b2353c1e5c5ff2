package io.mainstay.persistence.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.database.StorageException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.support.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  private static final BlobSettings SETTINGS =
      new BlobSettings(1_000, 10_000, Duration.ofMinutes(10));
  private static final byte[] DATA = new byte[4_321];

  static {
    new Random(4).nextBytes(DATA);
  }

  @TempDir Path data;
  private DataDirectory directory;
  private Database database;
  private BlobStore blobs;

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(TestNode.config("")));
    blobs = at(Instant.EPOCH);
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void upload_inChunks_isFoundByItsHash() throws Exception {
    BlobRef ref = upload("u1");
    assertEquals(new BlobRef("corpus.txt", sha(DATA), DATA.length), ref);
    assertArrayEquals(DATA, blobs.bytes(ref.sha256(), DATA.length));
    assertEquals(Optional.of((long) DATA.length), blobs.size(ref.sha256()));
    try (InputStream in = blobs.open(ref.sha256())) {
      assertEquals(DATA[0] & 0xff, in.read());
      assertArrayEquals(Arrays.copyOfRange(DATA, 1, DATA.length), in.readAllBytes());
    }
    assertEquals(BlobCheck.INTACT, blobs.verify(ref.sha256()));
  }

  @Test
  void open_thenSkip_goesOnThere_wherebyTheRestIsRead() throws Exception {
    BlobRef ref = upload("u1");
    for (int from : new int[] {1, 999, 1_000, 2_500, 4_000, 4_320, 4_321}) {
      try (InputStream in = blobs.open(ref.sha256())) {
        assertEquals(DATA[0] & 0xff, in.read());
        in.skipNBytes(from - 1);
        assertArrayEquals(Arrays.copyOfRange(DATA, from, DATA.length), in.readAllBytes());
        assertEquals(0, in.skip(1));
      }
    }
  }

  @Test
  void upload_resumedAfterARestart_goesOnWithTheNextChunk() throws Exception {
    blobs.begin("u1", "corpus.txt");
    blobs.append("u1", 0, Arrays.copyOfRange(DATA, 0, 1_000));
    blobs.append("u1", 1, Arrays.copyOfRange(DATA, 1_000, 2_000));
    close();
    open();
    UploadStatus status = blobs.begin("u1", "corpus.txt");
    assertEquals(new UploadStatus("u1", 2, 2_000), status);
    assertEquals(
        status, blobs.append("u1", 1, Arrays.copyOfRange(DATA, 1_000, 2_000)), "a repetition");
    for (int i = status.nextChunk(); i * 1_000 < DATA.length; i++) {
      blobs.append("u1", i, chunk(i));
    }
    BlobRef ref = blobs.finish("u1");
    assertEquals(sha(DATA), ref.sha256());
    assertEquals(ref, blobs.finish("u1"), "a lost answer is given again");
    assertEquals(5, blobs.append("u1", 0, chunk(0)).nextChunk());
  }

  @Test
  void append_outOfOrderTooBigOrUnknown_isRefused() {
    blobs.begin("u1", "corpus.txt");
    assertRefused("chunk 0", () -> blobs.append("u1", 1, chunk(1)));
    assertRefused("chunk-size", () -> blobs.append("u1", 0, new byte[1_001]));
    assertRefused("allowed", () -> blobs.append("u1", 0, new byte[0]));
    assertRefused("unknown", () -> blobs.append("u2", 0, chunk(0)));
    assertRefused("unknown", () -> blobs.finish("u2"));
    for (int i = 0; i < 10; i++) {
      blobs.append("u1", i, new byte[1_000]);
    }
    assertRefused("max-size", () -> blobs.append("u1", 10, new byte[1]));
    assertRefused("max-size", () -> blobs.put("big", new byte[10_001]));
  }

  @Test
  void sameContentTwice_isStoredOnce() throws Exception {
    BlobRef first = blobs.put("a", DATA);
    BlobRef second = blobs.put("b", DATA);
    assertEquals(first.sha256(), second.sha256());
    assertEquals("b", second.name());
    assertEquals(sha(DATA), upload("u1").sha256());
    assertEquals(1, count("blob"));
    assertEquals(5, count("blob_chunk"));
  }

  @Test
  void emptyContent_isABlobToo() throws Exception {
    BlobRef empty = blobs.put("empty", new byte[0]);
    assertArrayEquals(new byte[0], blobs.bytes(empty.sha256(), 10));
    blobs.begin("u1", "empty");
    assertEquals(empty, blobs.finish("u1"));
  }

  @Test
  void collect_afterTheGrace_keepsWhatIsReferredTo() {
    BlobRef kept = blobs.put("kept", DATA);
    BlobRef dropped = blobs.put("dropped", new byte[2_500]);
    blobs.addReference("session-1", kept.sha256());
    blobs.addReference("session-1", kept.sha256());
    blobs.begin("idle", "x");
    blobs.append("idle", 0, new byte[100]);
    BlobStore before = at(Instant.EPOCH.plus(Duration.ofMinutes(10)));
    assertEquals(new Collected(0, 0, 0), before.collect());
    BlobStore after = at(Instant.EPOCH.plus(Duration.ofMinutes(11)));
    assertEquals(new Collected(1, 1, 2_600), after.collect());
    assertEquals(BlobCheck.MISSING, blobs.verify(dropped.sha256()));
    assertEquals(BlobCheck.INTACT, blobs.verify(kept.sha256()));
    assertEquals(5, count("blob_chunk"));
    after.releaseReferences("session-1");
    assertEquals(1, after.collect().blobs());
    assertEquals(0, count("blob_chunk"));
  }

  @Test
  void replaceReferences_keepsTheNewOnesAlone() {
    BlobRef old = blobs.put("old", DATA);
    BlobRef next = blobs.put("next", new byte[2_500]);
    blobs.addReference("checkpoint:s1:0", old.sha256());
    blobs.addReference("checkpoint:s1:0", next.sha256());
    blobs.replaceReferences("checkpoint:s1:0", List.of(next.sha256()));
    blobs.replaceReferences("checkpoint:s1:0", List.of(next.sha256()));
    assertEquals(1, count("blob_reference"));
    assertEquals(1, at(Instant.EPOCH.plus(Duration.ofHours(1))).collect().blobs());
    assertEquals(BlobCheck.MISSING, blobs.verify(old.sha256()));
    assertEquals(BlobCheck.INTACT, blobs.verify(next.sha256()));
  }

  @Test
  void replaceReferences_byABlobThatIsNotThere_keepsTheOldOnes() {
    BlobRef old = blobs.put("old", DATA);
    blobs.addReference("o", old.sha256());
    assertRefused("no blob", () -> blobs.replaceReferences("o", List.of(old.sha256(), "00")));
    assertEquals(1, count("blob_reference"));
    blobs.replaceReferences("o", List.of());
    assertEquals(0, count("blob_reference"));
  }

  @Test
  void owners_byTheirEnd_areThoseThatStillNeedSomething() {
    BlobRef ref = blobs.put("a", DATA);
    for (String owner : List.of("s1/checkpoint-0-4-3/work", "s1", "s1/work")) {
      blobs.addReference(owner, ref.sha256());
    }
    assertEquals(List.of("s1/checkpoint-0-4-3/work", "s1/work"), blobs.owners("/work"));
    blobs.releaseReferences("s1/work");
    assertEquals(List.of("s1/checkpoint-0-4-3/work"), blobs.owners("/work"));
  }

  @Test
  void collect_startsTheGraceAnewWhenContentComesAgain() {
    BlobRef ref = blobs.put("a", DATA);
    BlobStore later = at(Instant.EPOCH.plus(Duration.ofMinutes(9)));
    later.put("again", DATA);
    assertEquals(0, at(Instant.EPOCH.plus(Duration.ofMinutes(11))).collect().blobs());
    assertEquals(BlobCheck.INTACT, blobs.verify(ref.sha256()));
  }

  @Test
  void abort_freesTheChunks_andKeepsAFinishedBlob() {
    blobs.begin("u1", "x");
    blobs.append("u1", 0, chunk(0));
    blobs.abort("u1");
    blobs.abort("never");
    assertEquals(0, count("blob_chunk"));
    BlobRef ref = upload("u2");
    blobs.abort("u2");
    assertEquals(BlobCheck.INTACT, blobs.verify(ref.sha256()));
  }

  @Test
  void corruptBytes_areNoticedByReaderAndCheck() {
    BlobRef ref = blobs.put("a", DATA);
    database.write(
        connection -> {
          try (var statement = connection.createStatement()) {
            return statement.executeUpdate(
                "UPDATE blob_chunk SET data = zeroblob(1000) WHERE chunk_index = 2");
          }
        });
    assertEquals(BlobCheck.CORRUPT, blobs.verify(ref.sha256()));
    assertRefused("corrupt", () -> blobs.bytes(ref.sha256(), 10_000));
  }

  @Test
  void databaseThatCannotBeRead_isAFailureOfTheStorage_notARefusal() {
    BlobRef ref = blobs.put("a", DATA);
    execute("ALTER TABLE blob_chunk RENAME TO lost_chunk");
    assertThrows(StorageException.class, () -> blobs.open(ref.sha256()));
    assertThrows(StorageException.class, () -> blobs.bytes(ref.sha256(), DATA.length));
    execute("ALTER TABLE blob RENAME TO lost");
    assertThrows(StorageException.class, () -> blobs.open(ref.sha256()));
    execute("ALTER TABLE lost RENAME TO blob");
    execute("ALTER TABLE lost_chunk RENAME TO blob_chunk");
    assertArrayEquals(DATA, blobs.bytes(ref.sha256(), DATA.length));
  }

  @Test
  void databaseThatFailsHalfWay_isAFailureOfTheStorage() throws Exception {
    BlobRef ref = blobs.put("a", DATA);
    try (InputStream in = blobs.open(ref.sha256())) {
      assertEquals(DATA[0] & 0xff, in.read());
      execute("ALTER TABLE blob_chunk RENAME TO lost_chunk");
      IOException failed = assertThrows(IOException.class, in::readAllBytes);
      assertInstanceOf(SQLException.class, failed.getCause());
    }
  }

  @Test
  void unknownOrTooLargeBlobs_areRefused() {
    assertRefused("no blob", () -> blobs.open("00"));
    assertRefused("no blob", () -> blobs.bytes("00", 1));
    assertRefused("no blob", () -> blobs.addReferences("s", List.of("00")));
    BlobRef ref = blobs.put("a", DATA);
    assertRefused("more than", () -> blobs.bytes(ref.sha256(), 100));
    assertEquals(Optional.empty(), blobs.size("00"));
  }

  @Test
  void settings_outOfRange_areRefused() {
    Duration grace = Duration.ZERO;
    assertThrows(IllegalArgumentException.class, () -> new BlobSettings(131_073, 1_000_000, grace));
    assertThrows(IllegalArgumentException.class, () -> new BlobSettings(1_000, 999, grace));
  }

  private BlobStore at(Instant now) {
    return new BlobStore(database, SETTINGS, Clock.fixed(now, ZoneOffset.UTC));
  }

  private BlobRef upload(String id) {
    blobs.begin(id, "corpus.txt");
    for (int i = 0; i * 1_000 < DATA.length; i++) {
      assertEquals(i + 1, blobs.append(id, i, chunk(i)).nextChunk());
    }
    return blobs.finish(id);
  }

  private static byte[] chunk(int index) {
    return Arrays.copyOfRange(DATA, index * 1_000, Math.min(DATA.length, (index + 1) * 1_000));
  }

  private void execute(String statement) {
    database.write(
        connection -> {
          try (var sql = connection.createStatement()) {
            return sql.executeUpdate(statement);
          }
        });
  }

  private int count(String table) {
    return database.read(
        connection -> {
          try (var statement = connection.createStatement();
              var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            return row.getInt(1);
          }
        });
  }

  private static String sha(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static void assertRefused(String why, org.junit.jupiter.api.function.Executable call) {
    BlobRefusedException refused = assertThrows(BlobRefusedException.class, call);
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }
}
