package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.MemoryLedgerView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code mainstay memory}: who has how much of which memory. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description =
        "Lists the memories, each device's and the host's: what is reserved of each, by whom, what"
            + " is free, and the pressure that follows. RESIDENT is what the worker really takes.")
public final class MemoryCommand extends NodeQuery {
  public MemoryCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    List<MemoryLedgerView> ledgers;
    try (MainstayClient client = node.connect()) {
      ledgers = client.memory();
    }
    return answer(new Lists.Memory(ledgers), () -> print(ledgers));
  }

  private void print(List<MemoryLedgerView> ledgers) {
    TextTable table =
        new TextTable("MEMORY", "BUDGET", "RESERVED", "USED", "FREE", "PRESSURE", "RESIDENT");
    ledgers.forEach(
        ledger ->
            table.row(
                ledger.name(),
                Quantities.bytes(ledger.budgetBytes()),
                Quantities.bytes(ledger.reservedBytes()),
                Math.round(ledger.usedShare() * 100) + " %",
                Quantities.bytes(ledger.freeBytes()),
                ledger.pressure(),
                ledger.residentBytes() == 0 ? "-" : Quantities.bytes(ledger.residentBytes())));
    table.print(terminal.out(), "The node has no ledgers.");
    terminal.out().println();
    holders(ledgers).print(terminal.out(), "Nobody holds any.");
    for (MemoryLedgerView ledger : ledgers) {
      if (ledger.moreHolders() > 0) {
        terminal
            .out()
            .println("holders of " + ledger.name() + " not named: " + ledger.moreHolders());
      }
    }
  }

  private static TextTable holders(List<MemoryLedgerView> ledgers) {
    TextTable table = new TextTable("MEMORY", "HELD BY", "NAME", "BYTES");
    for (MemoryLedgerView ledger : ledgers) {
      for (MemoryLedgerView.Holder holder : ledger.holders()) {
        table.row(ledger.name(), holder.kind(), holder.name(), Quantities.bytes(holder.bytes()));
      }
    }
    return table;
  }
}
