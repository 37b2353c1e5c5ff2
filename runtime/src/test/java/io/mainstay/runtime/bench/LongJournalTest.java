package io.mainstay.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.journal.Explanation;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.ReplayedState;
import io.mainstay.persistence.serialization.EntityFolds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal that {@code bench why} asks is one as nodes write it. */
class LongJournalTest {
  @TempDir Path data;

  @Test
  void itIsSound_andItsEntitiesHaveCausesStatesAndSnapshots() throws Exception {
    Config config = ConfigFactory.load();
    EntityFolds folds = EntityFolds.of(config);
    try (DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory, DatabaseSettings.of(config))) {
      LongJournal journal = new LongJournal(database, folds, 100, 2);
      journal.write(6_000, rows -> {});
      try (JournalReader reader = JournalReader.of(database)) {
        assertEquals(List.of(), reader.verify(folds).findings());
        LongJournal.Written largest =
            journal.sessions().stream()
                .max((a, b) -> Long.compare(a.events(), b.events()))
                .orElseThrow();
        Explanation why = reader.explain(largest.sessionId(), 5_000).orElseThrow();
        assertTrue(why.entries().size() > largest.events(), "with the deaths that led to some");
        ReplayedState last =
            reader.replay(largest.persistenceId(), largest.events(), folds).orElseThrow();
        assertTrue(last.fromSnapshot() > 0);
        assertEquals("session.state.Completed.v1", last.manifest());
        ReplayedState history =
            reader
                .replay(journal.device().persistenceId(), journal.device().events(), folds)
                .orElseThrow();
        assertEquals(journal.device().events(), history.state().get("recorded").asLong());
      }
    }
  }
}
