package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.SagaStepView;
import io.mainstay.actors.gateway.GatewayReply.SagaSummary;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay sagas}: work of several steps, and how it is taken back. */
@Command(
    name = "sagas",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show ID | redrive ID]",
    subcommands = {
      SagasCommand.ListThem.class,
      SagasCommand.Show.class,
      SagasCommand.Redrive.class
    },
    description = "Lists work of several steps, such as loads of models, newest first.")
public final class SagasCommand extends NodeQuery {
  @Mixin private Which which;

  public SagasCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this, which);
  }

  /** Which of them to list. */
  static final class Which {
    @Option(names = "--stuck", description = "Those alone that wait for 'sagas redrive'.")
    private boolean stuck;

    @Option(
        names = "--limit",
        defaultValue = "20",
        description = "Most sagas to list, 1 to 200. Default: 20.")
    private int limit;
  }

  private static int list(NodeQuery query, Which which) {
    if (which.limit < 1 || which.limit > 200) {
      throw CliFailure.usage("--limit is " + which.limit, "give a number from 1 to 200");
    }
    GatewayReply.Sagas found;
    try (MainstayClient client = query.node.connect()) {
      found = client.sagas(which.stuck, which.limit);
    }
    if (found.more()) {
      query
          .terminal
          .err()
          .println("mainstay: the newest " + found.sagas().size() + " sagas; there are more");
    }
    return query.answer(
        new Lists.Sagas(found.sagas()),
        () -> {
          TextTable table = new TextTable("SAGA", "TYPE", "STATUS", "SUBJECT", "STARTED", "WHY");
          for (SagaSummary saga : found.sagas()) {
            table.row(
                saga.sagaId(),
                saga.sagaType(),
                saga.status(),
                saga.subject(),
                Quantities.instant(saga.startedAt()),
                saga.code());
          }
          table.print(query.terminal.out(), which.stuck ? "No saga is stuck." : "No sagas yet.");
        });
  }

  private static void print(PrintStream out, SagaSummary saga) {
    out.println("saga      " + saga.sagaId() + ", " + saga.sagaType() + ", " + saga.status());
    out.println("subject   " + saga.subject());
    out.println("started   " + Quantities.instant(saga.startedAt()));
    if (saga.endedAt() != null) {
      out.println("ended     " + Quantities.instant(saga.endedAt()));
    }
    if (!saga.code().isEmpty()) {
      out.println("why       " + saga.code() + ": " + saga.message());
    }
    if (saga.redrives() > 0) {
      out.println("redrives  " + saga.redrives());
    }
    TextTable table =
        new TextTable("STEP", "SERVICE", "ACTION", "COMPENSATION", "STATUS", "UNDOS", "EVIDENCE");
    for (SagaStepView step : saga.steps()) {
      table.row(
          step.step(),
          step.service(),
          step.action(),
          step.compensation(),
          step.status(),
          step.undoAttempts(),
          step.evidence());
    }
    table.print(out, "No steps.");
  }

  /** {@code mainstay sagas list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists work of several steps, such as loads of models, newest first.")
  public static final class ListThem extends NodeQuery {
    @Mixin private Which which;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this, which);
    }
  }

  /** {@code mainstay sagas show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows each step, what takes it back, and what was seen.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The saga.")
    private String sagaId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      SagaSummary saga;
      try (MainstayClient client = node.connect()) {
        saga = client.saga(sagaId);
      }
      return answer(saga, () -> print(terminal.out(), saga));
    }
  }

  /** {@code mainstay sagas redrive}. */
  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description = {
        "Has a stuck saga go on taking back what it did, from where it stuck; its alert is cleared",
        "once nothing is left. Answers when that has begun: 'sagas show ID' has the rest."
      })
  public static final class Redrive extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The saga.")
    private String sagaId;

    public Redrive(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      SagaSummary saga;
      try (MainstayClient client = node.connect()) {
        saga = client.redriveSaga(sagaId);
      }
      return answer(saga, () -> print(terminal.out(), saga));
    }
  }
}
