package io.mainstay.runtime.cli.command;

import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.util.List;
import picocli.CommandLine.Option;

/** Lists atomic operations, newest first. */
abstract class TransactionList extends NodeQuery {
  private static final int LIMIT_MAX = 1_000;

  @Option(
      names = "--limit",
      defaultValue = "20",
      description = "Transactions at most, 1 to 1000. Default: 20.")
  private int limit;

  TransactionList(Terminal terminal) {
    super(terminal);
  }

  @Override
  public final Integer call() {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw CliFailure.usage("--limit is " + limit, "give a number from 1 to " + LIMIT_MAX);
    }
    List<TransactionView> transactions;
    try (MainstayClient client = node.connect()) {
      transactions = client.transactions(limit);
    }
    return answer(new Lists.Transactions(transactions), () -> list(transactions));
  }

  private void list(List<TransactionView> transactions) {
    TextTable table = new TextTable("TRANSACTION", "OPERATION", "OWNER", "STATE", "BEGUN");
    for (TransactionView view : transactions) {
      table.row(
          view.transactionId(),
          view.plan().operation(),
          view.plan().owner(),
          view.stuck() ? view.state() + ", stuck" : view.state(),
          Quantities.instant(view.begunAt()));
    }
    table.print(terminal.out(), "No transactions yet.");
  }
}
