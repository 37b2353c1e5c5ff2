package io.mainstay.runtime.cli.command;

import io.mainstay.persistence.journal.JournalFinding;
import io.mainstay.persistence.journal.Verification;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.journal.JournalSources;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mainstay journal verify}: whether the journal is whole. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the whole database of a data directory: sequences, writers, checksums, readability,",
      "states and snapshots, causes, blobs and their hashes.",
      "Exit code 1 when something is wrong."
    })
public final class JournalVerifyCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  public JournalVerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Verification found = JournalSources.verify(node);
    if (output.json()) {
      JsonPrinter.print(terminal.out(), found);
    } else {
      print(found);
    }
    return found.intact() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(Verification found) {
    terminal
        .out()
        .println(
            found.events()
                + " events of "
                + found.entities()
                + " entities, "
                + found.blobs()
                + " blobs: "
                + (found.intact() ? "all intact" : "not intact"));
    if (found.intact()) {
      return;
    }
    TextTable table = new TextTable("FINDING", "PERSISTENCE ID", "SEQUENCE", "WHAT");
    for (JournalFinding finding : found.findings()) {
      table.row(
          finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          finding.persistenceId(),
          finding.sequenceNr(),
          finding.message());
    }
    table.print(terminal.out(), "");
    if (found.truncated()) {
      terminal.out().println("... and more");
    }
  }
}
