package io.mainstay.runtime.journal;

import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.Verification;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.NodeOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Chooses where the journal is read: a node named by its address is asked; the database of a data
 * directory is read as it is, whether or not a node runs on it, which takes no network and no
 * token.
 */
public final class JournalSources {
  private JournalSources() {}

  /** The journal of that node. */
  public static JournalSource open(NodeOption node) {
    if (!node.remote() && Files.exists(DataDirectory.databaseFile(node.dataDirectory()))) {
      return StoredJournal.open(node.dataDirectory());
    }
    return LiveJournal.owning(node.connect());
  }

  /** The journal in the database of that data directory. */
  public static JournalSource stored(Path dataDirectory) {
    return StoredJournal.open(dataDirectory);
  }

  /** Checks the database of a data directory. */
  public static Verification verify(NodeOption node) {
    if (node.remote()) {
      throw CliFailure.usage(
          "journal verify reads the database file, --node does not give it",
          "run it on the node's host with --data DIR");
    }
    try (JournalReader reader = StoredJournal.openReader(node.dataDirectory())) {
      return reader.verify(EntityFolds.of(ConfigFactory.load()));
    }
  }

  /** Asks the journal of that node one thing. */
  public static <T> T read(NodeOption node, Function<JournalSource, T> question) {
    try (JournalSource source = open(node)) {
      return question.apply(source);
    }
  }
}
