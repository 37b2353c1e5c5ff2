package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.RecoverySummary;
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

/** {@code mainstay recoveries}: what the node did about its faults. */
@Command(
    name = "recoveries",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show ID | begin NAME --subject PLACE | redrive ID]",
    subcommands = {
      RecoveriesCommand.ListThem.class,
      RecoveriesCommand.Show.class,
      RecoveriesCommand.Begin.class,
      RecoveriesCommand.Redrive.class
    },
    description = "Lists cascades and strategies that answered faults, newest first.")
public final class RecoveriesCommand extends NodeQuery {
  @Mixin private Most most;

  public RecoveriesCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this, most);
  }

  /** How many to list. */
  static final class Most {
    @Option(
        names = "--limit",
        defaultValue = "20",
        description = "Most recoveries to list, 1 to 200. Default: 20.")
    private int limit;
  }

  private static int list(NodeQuery query, Most most) {
    if (most.limit < 1 || most.limit > 200) {
      throw CliFailure.usage("--limit is " + most.limit, "give a number from 1 to 200");
    }
    GatewayReply.Recoveries found;
    try (MainstayClient client = query.node.connect()) {
      found = client.recoveries().newest(most.limit);
    }
    if (found.more()) {
      query
          .terminal
          .err()
          .println("mainstay: the newest " + found.recoveries().size() + "; there are more");
    }
    return query.answer(
        new Lists.Recoveries(found.recoveries()),
        () -> {
          TextTable table =
              new TextTable("RECOVERY", "NAME", "ERROR", "SUBJECT", "STATUS", "BEGUN", "WHY");
          for (RecoverySummary one : found.recoveries()) {
            table.row(
                one.recoveryId(),
                one.name(),
                one.error(),
                one.subject(),
                one.status(),
                one.begunAt() == null ? "" : Quantities.instant(one.begunAt()),
                // Without an id it is waited for something, and a person may have to know what.
                one.recoveryId().isEmpty() ? one.message() : one.code());
          }
          table.print(query.terminal.out(), "Nothing was recovered yet.");
        });
  }

  private static void print(PrintStream out, RecoverySummary one) {
    out.println("recovery  " + one.recoveryId() + ", " + one.kind() + " " + one.name());
    out.println("answers   " + one.error() + " at " + one.subject());
    out.println("status    " + one.status());
    out.println("begun     " + Quantities.instant(one.begunAt()));
    if (one.endedAt() != null) {
      out.println("ended     " + Quantities.instant(one.endedAt()));
    }
    if (!one.code().isEmpty()) {
      out.println("why       " + one.code() + ": " + one.message());
    }
    if (one.redrives() > 0) {
      out.println("redrives  " + one.redrives());
    }
    TextTable table =
        new TextTable("STEP", "DOMAIN", "ACTION", "LIMIT", "STATUS", "ATTEMPTS", "EVIDENCE");
    for (RecoverySummary.StepSummary step : one.steps()) {
      table.row(
          step.step(),
          step.domain(),
          step.action(),
          step.limitMillis() + " ms",
          step.status(),
          step.attempts(),
          step.sharedWith().isEmpty()
              ? step.evidence()
              : step.evidence() + " (by " + step.sharedWith() + ")");
    }
    table.print(out, "No steps.");
  }

  /** {@code mainstay recoveries list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists cascades and strategies that answered faults, newest first.")
  public static final class ListThem extends NodeQuery {
    @Mixin private Most most;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this, most);
    }
  }

  /** {@code mainstay recoveries show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows each step, how long it may take, and what was seen of its effect.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The recovery.")
    private String recoveryId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      RecoverySummary one;
      try (MainstayClient client = node.connect()) {
        one = client.recoveries().show(recoveryId);
      }
      return answer(one, () -> print(terminal.out(), one));
    }
  }

  /** {@code mainstay recoveries begin}. */
  @Command(
      name = "begin",
      mixinStandardHelpOptions = true,
      description = {
        "Begins a cascade or strategy as if the first of its errors had been raised; how it ends",
        "counts neither for retries nor for protection. Answers when that is durable:",
        "'recoveries show ID' has the rest."
      })
  public static final class Begin extends NodeQuery {
    @Parameters(paramLabel = "NAME", description = "One of 'cascades' or 'strategies'.")
    private String name;

    @Option(
        names = "--subject",
        required = true,
        paramLabel = "PLACE",
        description = {
          "What it is about: device/ID, memory/ID, model/ID, session/ID, inference/ID, processing,",
          "consistency or node. Steps that find nothing to do there say so."
        })
    private String subject;

    public Begin(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      RecoverySummary one;
      try (MainstayClient client = node.connect()) {
        one = client.recoveries().begin(name, subject);
      }
      return answer(one, () -> print(terminal.out(), one));
    }
  }

  /** {@code mainstay recoveries redrive}. */
  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description = {
        "Has a stuck recovery go on taking back what it did, from where it stuck. Answers when"
            + " that",
        "has begun: 'recoveries show ID' has the rest."
      })
  public static final class Redrive extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The recovery.")
    private String recoveryId;

    public Redrive(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      RecoverySummary one;
      try (MainstayClient client = node.connect()) {
        one = client.recoveries().redrive(recoveryId);
      }
      return answer(one, () -> print(terminal.out(), one));
    }
  }
}
