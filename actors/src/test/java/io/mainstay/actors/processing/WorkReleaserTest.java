package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.UlidGenerator;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionEnds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what nobody works with any more is let go. */
class WorkReleaserTest {
  private static final Instant NOW = Instant.parse("2026-11-21T20:15:30Z");
  private static final Duration PATIENCE = Duration.ofHours(1);

  @TempDir Path data;
  private DataDirectory directory;
  private Database database;
  private BlobStore blobs;

  @BeforeEach
  void open() throws Exception {
    Config config = ConfigFactory.load();
    directory = DataDirectory.open(data);
    database = Database.open(directory, DatabaseSettings.of(config));
    blobs = new BlobStore(database, BlobSettings.of(config), at(NOW));
  }

  @AfterEach
  void close() throws Exception {
    database.close();
    directory.close();
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static String checkpoint(String session) {
    return WorkOwner.ofCheckpoint(session, new DocumentRange(8, 16), 5);
  }

  private String session(Duration age) {
    String session = new UlidGenerator(at(NOW.minus(age)), new Random(age.toMillis())).next();
    String blob = blobs.put("in", session.getBytes(StandardCharsets.UTF_8)).sha256();
    blobs.addReference(WorkOwner.of(session), blob);
    blobs.addReference(session, blob);
    blobs.addReference(checkpoint(session), blob);
    return session;
  }

  private String session(Duration age, String... events) {
    String session = session(age);
    for (int i = 0; i < events.length; i++) {
      int number = i + 1;
      database.write(
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
                        + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
                        + " VALUES (?, ?, 'w', 0, '', 182001, ?, x'7b7d')")) {
              insert.setString(1, "Session|" + session);
              insert.setInt(2, number);
              insert.setString(3, "session." + events[number - 1] + ".v1");
              return insert.executeUpdate();
            }
          });
    }
    return session;
  }

  private int release() {
    return new WorkReleaser(blobs, new SessionEnds(database), PATIENCE, at(NOW)).release();
  }

  private static List<String> owners(String... sessions) {
    return Stream.of(sessions)
        .flatMap(session -> Stream.of(WorkOwner.of(session), checkpoint(session)))
        .sorted()
        .toList();
  }

  @Test
  void release_letsGoOfWhatIsOver_andOfNothingElse() {
    String completed = session(Duration.ofDays(1), "WorkflowAccepted", "WorkflowCompleted");
    session(Duration.ofDays(2), "WorkflowAccepted", "WorkflowFailed");
    session(Duration.ofDays(3), "WorkflowAccepted", "WorkflowCancelled");
    session(PATIENCE.plusSeconds(1));
    String running = session(Duration.ofDays(4), "WorkflowAccepted", "PlanMade");
    String ofALaterRelease = session(Duration.ofDays(5), "WorkflowAccepted", "WorkflowPaused");
    String submitted = session(PATIENCE.minusSeconds(1));

    assertEquals(4, release());

    assertEquals(owners(running, ofALaterRelease, submitted), blobs.owners(WorkOwner.SUFFIX));
    // The outputs belong to the session itself.
    assertEquals(List.of(completed), blobs.owners(completed));
    assertEquals(0, release());
  }
}
