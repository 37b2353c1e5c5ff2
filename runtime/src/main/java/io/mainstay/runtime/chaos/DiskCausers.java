package io.mainstay.runtime.chaos;

import io.mainstay.client.ClientException;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** A disk that fills up: something else takes all the room there is beside the node's data. */
final class DiskCausers {
  private static final String BALLAST = "ballast";
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

  private static Path ballast(ChaosStage stage) {
    return stage.data().resolveSibling(BALLAST);
  }
}
