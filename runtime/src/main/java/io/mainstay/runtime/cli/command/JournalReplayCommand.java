package io.mainstay.runtime.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.document.ReplayDocument;
import io.mainstay.runtime.journal.JournalSources;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay journal replay}: what an entity was at any of its events. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Prints an entity's state after one of its events, folded from the journal.",
      "Starts from the nearest snapshot at or before that event, if one is valid."
    })
public final class JournalReplayCommand extends NodeQuery {
  @Parameters(paramLabel = "PERSISTENCE_ID", description = "See `mainstay journal list`.")
  private String persistenceId;

  @Option(
      names = "--to",
      paramLabel = "SEQ",
      defaultValue = "0",
      description = "Sequence number of the event, from 1. Default: the last one.")
  private long to;

  public JournalReplayCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    if (to < 0) {
      throw CliFailure.usage("--to is " + to, "give a sequence number, from 1");
    }
    ReplayDocument found = JournalSources.read(node, source -> source.replay(persistenceId, to));
    return answer(found, () -> print(found));
  }

  private void print(ReplayDocument found) {
    terminal
        .out()
        .println(
            found.persistenceId()
                + " after event "
                + found.sequenceNr()
                + " of "
                + found.lastSequenceNr()
                + ", "
                + found.at()
                + (found.fromSnapshot() > 0
                    ? ", from the snapshot after event " + found.fromSnapshot()
                    : ""));
    found.snapshotsRefused().forEach(why -> terminal.out().println("not used: " + why));
    terminal.out().println(found.manifest());
    for (Map.Entry<String, JsonNode> field : found.state().properties()) {
      terminal.out().println("  " + field.getKey() + ": " + field.getValue());
    }
  }
}
