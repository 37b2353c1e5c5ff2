package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.checkpoint.CheckpointBlob;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a session, in a real blob store that loses bytes. */
class SessionArtifactsTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ID = "01JD0000000000000000000000";

  @TempDir Path directory;
  private DataDirectory data;
  private Database database;
  private BlobStore blobs;
  private BlobRef input;
  private BlobRef result;

  @BeforeEach
  void open() throws Exception {
    Config config = ConfigFactory.load();
    data = DataDirectory.open(directory);
    database = Database.open(data, DatabaseSettings.of(config));
    blobs = new BlobStore(database, BlobSettings.of(config), Clock.systemUTC());
    input = blobs.put("input.txt", "a\nb\nc".getBytes(StandardCharsets.UTF_8));
    result = blobs.put("result", new byte[] {1, 2, 3});
  }

  @AfterEach
  void close() throws Exception {
    database.close();
    data.close();
  }

  @Test
  void lastCheckpointThatCanBeRead_isFound_withThoseThatCannot() {
    SessionWork.Checkpoint first = checkpoint(4);
    SessionWork.Checkpoint second = checkpoint(8);
    SessionWork.Checkpoint third = checkpoint(12);
    SessionArtifacts whole = read(third, List.of(second, first));
    assertEquals(Optional.of(third), whole.batches().get(0).usable());
    assertTrue(whole.wrong().isEmpty(), whole.text());

    damage(third.sha256());
    SessionArtifacts earlier = read(third, List.of(second, first));
    assertEquals(Optional.of(second), earlier.batches().get(0).usable());
    assertEquals(List.of(12), earlier.batches().get(0).lost());
    assertEquals(1, earlier.wrong().size(), "the journal has it go on from what cannot be read");

    damage(second.sha256());
    damage(first.sha256());
    SessionArtifacts none = read(third, List.of(second, first));
    assertEquals(0, none.withCheckpoint());
    assertEquals(List.of(12, 8, 4), none.batches().get(0).lost());
  }

  @Test
  void batchThatGoesOnFromItsBeginning_isRight() {
    SessionArtifacts found = read(null, List.of());
    assertTrue(found.wrong().isEmpty());
    assertEquals(0, found.withCheckpoint());
    assertEquals(1, found.results());
    assertFalse(found.finished());
  }

  @Test
  void resultsAndInputsThatAreNotWhatWasStored_areNamed() {
    assertEquals(List.of(), read(null, List.of()).damaged());
    damage(result.sha256());
    damage(input.sha256());
    SessionArtifacts found = read(null, List.of());
    assertEquals(
        List.of("input input.txt", "result of " + new DocumentRange(0, 1)), found.damaged());
    assertTrue(found.text().contains("damaged: input input.txt"), found.text());
  }

  private SessionWork.Checkpoint checkpoint(int step) {
    byte[] state = ("state of step " + step).getBytes(StandardCharsets.UTF_8);
    return new SessionWork.Checkpoint(
        step,
        blobs
            .put(
                "checkpoint-" + step,
                CheckpointBlob.full(List.of("f"), AT, step, "program", state).toBytes())
            .sha256());
  }

  private SessionArtifacts read(
      SessionWork.Checkpoint goesOnFrom, List<SessionWork.Checkpoint> others) {
    SessionWork.Remaining work =
        new SessionWork.Remaining(
            new Workflow.TextEmbedding("m", 1),
            "",
            List.of(input),
            WorkClass.BATCH,
            "",
            2,
            List.of(new SessionWork.Pending(new DocumentRange(1, 2), 1, 0, goesOnFrom, others)),
            List.of(new SessionWork.Completed(new DocumentRange(0, 1), result.sha256(), "f", 1)),
            List.of(),
            false);
    SessionView view =
        new SessionView(
            ID,
            "text-embedding",
            "running",
            WorkClass.BATCH,
            2,
            1,
            List.of(),
            0,
            0,
            List.of(),
            List.of(input),
            List.of(),
            "",
            AT,
            null,
            "",
            "",
            "",
            List.of(),
            0,
            List.of());
    return SessionArtifacts.read(
        new SessionProtocol.Restartable(view, work, EventMeta.root(ID, AT)), blobs);
  }

  private void damage(String sha256) {
    database.write(
        connection -> {
          try (PreparedStatement damage =
              connection.prepareStatement(
                  "UPDATE blob_chunk SET data = x'00' WHERE content_id ="
                      + " (SELECT content_id FROM blob WHERE sha256 = ?)")) {
            damage.setString(1, sha256);
            return damage.executeUpdate();
          }
        });
  }
}
