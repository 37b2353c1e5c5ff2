package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of outputs in a real directory. */
class PartialOutputsTest {
  private static final String AT_WORK = "01JD0000000000000000000001";
  private static final String GONE = "01JD0000000000000000000002";

  @TempDir Path directory;

  @Test
  void oneFileThatIsFinishedMeanwhile_leavesTheOthersToBeDeleted() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory);
        Database database = Database.open(data, DatabaseSettings.of(ConfigFactory.load()));
        RecoveryStage stage =
            new RecoveryStage(
                QueueActions::add, ActorTestKit.create(RecoveryStage.config("")), database, null)) {
      stage.processing =
          told -> {
            if (told instanceof ProcessingCommand.GetFacts get) {
              get.replyTo()
                  .tell(new Facts(Set.of(AT_WORK), Set.of(), Set.of(), Map.of(), Map.of()));
            }
          };
      Path spool = Files.createDirectories(database.directory().path().resolve("spool"));
      Path kept = file(spool, "output-" + AT_WORK + ".part");
      Path deleted = file(spool, "output-" + GONE + ".part");
      // Listed, and not there any more when it is looked at.
      for (int i = 0; i < 8; i++) {
        Files.createSymbolicLink(
            spool.resolve(i + "-" + GONE), spool.resolve("moved to its place " + i));
      }
      Done done =
          assertInstanceOf(
              Done.class,
              stage.perform(
                  "clear_partial_outputs", "session_management_corruption", "x", Map.of()));
      assertEquals("1 files of outputs that were never finished deleted, 5 bytes", done.evidence());
      assertTrue(Files.exists(kept));
      assertFalse(Files.exists(deleted));
    }
  }

  private static Path file(Path spool, String name) throws Exception {
    Path file = Files.write(spool.resolve(name), new byte[5]);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
  }
}
