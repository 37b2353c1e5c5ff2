package io.mainstay.actors.postprocessing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What work may wait for, and what it may not. */
class BlobArtifactsTest {
  private static final int CHUNK_BYTES = 1_000;

  @TempDir Path data;
  private DataDirectory directory;
  private Database database;
  private BlobArtifacts artifacts;

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(ConfigFactory.load()));
    artifacts =
        new BlobArtifacts(
            new BlobStore(
                database,
                new BlobSettings(CHUNK_BYTES, 10_000, Duration.ofMinutes(10)),
                Clock.systemUTC()),
            CHUNK_BYTES);
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void open_whenTheDatabaseCannotBeRead_isWaitedOut() throws IOException {
    BlobRef blob = artifacts.put("owner", "a", new byte[] {1, 2, 3});
    database.write(
        connection -> {
          try (var rename = connection.createStatement()) {
            return rename.executeUpdate("ALTER TABLE blob RENAME TO lost");
          }
        });
    assertTrue(
        StorageFailure.is(assertThrows(IOException.class, () -> artifacts.open(blob.sha256()))));
  }

  @Test
  void open_whenThereIsNoSuchBlob_isRefusedForEver() {
    assertFalse(
        StorageFailure.is(assertThrows(IOException.class, () -> artifacts.open("00".repeat(32)))));
  }
}
