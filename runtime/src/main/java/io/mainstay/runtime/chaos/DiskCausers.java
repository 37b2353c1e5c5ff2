package io.mainstay.runtime.chaos;

import io.mainstay.client.ClientException;
import io.mainstay.client.Submission;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A disk that fills up, or has something in the way of what the node wants to write. */
final class DiskCausers {
  private static final String BALLAST = "ballast";
  private static final String SPOOL = "spool";
  private static final String INPUT = "input";
  private static final int INPUT_LINES = 60;

  /** So slow that batches are left when the input is taken. */
  private static final long SLOW_NANOS = 500_000_000;

  private static final int BLOCK_BYTES = 64 * 1024;

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
            stage.client().submit(stage.work().texts());
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
    Path journal = stage.data().resolve("mainstay.db");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + journal);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      Instant at = Instant.now();
      try {
        stage.client().submit(stage.work().texts());
      } catch (ClientException refused) {
        stage.note("refused: " + refused.getMessage());
      } finally {
        statement.execute("ROLLBACK");
      }
      return at;
    } catch (SQLException failed) {
      throw CliFailure.failed("the journal could not be held: " + failed, "run it again", failed);
    }
  }

  /** What a session is to read is not there any more, and it needs it for its next batch. */
  static Instant takeInput(ChaosStage stage, String device) throws IOException {
    Path input = stage.files().resolve("input-" + System.nanoTime() + ".txt");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < INPUT_LINES; i++) {
      lines.add("Line " + i + " of " + input.getFileName());
    }
    Files.write(input, lines, StandardCharsets.UTF_8);
    for (String each : stage.devices()) {
      stage.serving(each);
      stage.inject(each, "slow", "now", SLOW_NANOS, false);
    }
    // Not counted as work that must not be lost: without its input it cannot be done.
    String session =
        stage.client().submit(Submission.of("text-embedding", input).with("batch-size", "2"));
    Path stored = stored(stage, Files.readString(input));
    stage.hold(INPUT, () -> Files.move(stored.resolveSibling("taken"), stored));
    Files.move(stored, stored.resolveSibling("taken"));
    Instant at = Instant.now();
    for (String each : stage.devices()) {
      stage.inject(each, "slow", "now", 0, false);
    }
    stage.await("the session is over", () -> stage.client().session(session).finished());
    stage.note("the session " + stage.client().session(session).code());
    return at;
  }

  /** The input is there again. */
  static void bringInputBack(ChaosStage stage, String device) throws IOException {
    stage.release(INPUT);
  }

  /** The file that the node keeps that text in: its name is the text's hash. */
  private static Path stored(ChaosStage stage, String text) throws IOException {
    String name;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      name = HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    try (Stream<Path> all = Files.walk(stage.data())) {
      return all.filter(file -> file.getFileName().toString().contains(name))
          .findFirst()
          .orElseThrow(() -> CliFailure.failed("no file is named by " + name, "report the defect"));
    }
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
