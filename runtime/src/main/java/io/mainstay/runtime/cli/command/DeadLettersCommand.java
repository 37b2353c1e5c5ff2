package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay dead-letters}: documents that could not be processed. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Lists documents that were set aside because they ended their workers.")
public final class DeadLettersCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  @Option(
      names = "--limit",
      defaultValue = "50",
      description = "Most letters to list, 1 to 1000. Default: 50.")
  private int limit;

  public DeadLettersCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 1000) {
      throw CliFailure.usage("--limit is " + limit, "give a number from 1 to 1000");
    }
    GatewayReply.DeadLetters found;
    try (MainstayClient client = node.connect()) {
      found = client.deadLetterList(limit);
    }
    List<GatewayReply.DeadLetterView> letters = found.deadLetters();
    if (letters.size() < found.total()) {
      terminal
          .err()
          .println("mainstay: the newest " + letters.size() + " of " + found.total() + " letters");
    }
    if (output.json()) {
      JsonPrinter.print(terminal.out(), new Lists.DeadLetters(letters));
      return ExitCode.DONE;
    }
    TextTable table = new TextTable("LETTER", "SESSION", "DOCUMENT", "STORED", "REASON");
    for (GatewayReply.DeadLetterView letter : letters) {
      table.row(
          letter.id(),
          letter.sessionId(),
          letter.index(),
          Quantities.instant(letter.storedAt()),
          letter.reason());
    }
    table.print(terminal.out(), "No dead letters.");
    return ExitCode.DONE;
  }
}
