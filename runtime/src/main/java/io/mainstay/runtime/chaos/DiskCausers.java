package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.ClientException;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A disk that fills up, or has something in the way of what the node wants to write. */
final class DiskCausers {
  private static final String BALLAST = "ballast";
  private static final String SPOOL = "spool";
  private static final int BLOCK_BYTES = 64 * 1024;

  /** Above the answer-timeout of the node that this is done to. */
  private static final Duration HELD_BOUND = Duration.ofSeconds(10);

  /** One runs, the others are behind it. */
  private static final int SESSIONS_HELD = 3;

  /** Above record-timeout times record-tries of the node that this is done to. */
  private static final Duration RECORDS_BOUND = Duration.ofSeconds(9);

  private DiskCausers() {}

  /** Takes all the room, and has the node write. */
  static Instant fill(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast(stage))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      if (!String.valueOf(full.getMessage()).contains("space")) {
        throw full;
      }
    }
    // Whatever needs the journal sees it.
    stage.await(
        "intake is paused",
        () -> {
          try {
            stage.work().submitTexts();
          } catch (ClientException refused) {
            return true;
          } catch (IOException unreadable) {
            throw CliFailure.failed(unreadable.getMessage(), "run it again", unreadable);
          }
          return false;
        });
    return at;
  }

  /** The room is there again. */
  static void free(ChaosStage stage, String device) throws IOException {
    Files.deleteIfExists(ballast(stage));
  }

  /** Another writer has the journal's file while work is submitted. */
  static Instant holdJournal(ChaosStage stage, String device) throws IOException {
    GatewayRequest.Submit submit = stage.client().upload(stage.work().texts());
    try (Connection other = connect(stage);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      Instant at = Instant.now();
      try {
        stage.note(
            "answered: "
                + stage
                    .client()
                    .ask(submit)
                    .toCompletableFuture()
                    .get(HELD_BOUND.toSeconds(), TimeUnit.SECONDS));
      } catch (ExecutionException | TimeoutException none) {
        stage.note("not answered: " + none);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        statement.execute("ROLLBACK");
      }
      return at;
    } catch (SQLException failed) {
      throw notHeld(failed);
    }
  }

  /** Another writer has the journal's file until a session that runs has given up journaling. */
  static Instant holdRecords(ChaosStage stage, String device) throws IOException {
    long before = stage.faults(ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE);
    for (int session = 0; session < SESSIONS_HELD; session++) {
      stage.work().submitTexts();
    }
    try (Connection other = connect(stage);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      Instant at = Instant.now();
      try {
        boolean seen = stage.comesTrue(RECORDS_BOUND, () -> sessionsGaveUp(stage, before));
        stage.note(seen ? "a session gave up" : "held for " + RECORDS_BOUND);
      } finally {
        statement.execute("ROLLBACK");
      }
      return at;
    } catch (SQLException failed) {
      throw notHeld(failed);
    }
  }

  /** Who counts faults may wait for the journal too. */
  private static boolean sessionsGaveUp(ChaosStage stage, long before) {
    try {
      return stage.faults(ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE) > before;
    } catch (ClientException waits) {
      return false;
    }
  }

  private static Connection connect(ChaosStage stage) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + stage.data().resolve("mainstay.db"));
  }

  private static CliFailure notHeld(SQLException failed) {
    return CliFailure.failed("the journal could not be held: " + failed, "run it again", failed);
  }

  /** A file is where results are put down, and there are results. */
  static Instant blockSpool(ChaosStage stage, String device) throws IOException {
    Path spool = stage.data().resolve(SPOOL);
    stage.await("nothing lies in " + spool, () -> isEmpty(spool));
    Files.deleteIfExists(spool);
    Files.writeString(spool, "a file is in the way");
    Instant at = Instant.now();
    stage.work().submitTexts();
    return at;
  }

  /** The file is gone. */
  static void freeSpool(ChaosStage stage, String device) throws IOException {
    Path spool = stage.data().resolve(SPOOL);
    if (Files.isRegularFile(spool)) {
      Files.delete(spool);
    }
  }

  private static boolean isEmpty(Path directory) {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.findAny().isEmpty();
    } catch (IOException unreadable) {
      throw CliFailure.failed(unreadable.toString(), "look at " + directory, unreadable);
    }
  }

  private static Path ballast(ChaosStage stage) {
    return stage.data().resolveSibling(BALLAST);
  }
}
