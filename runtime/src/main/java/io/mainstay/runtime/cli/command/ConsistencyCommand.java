package io.mainstay.runtime.cli.command;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay consistency}: whether the parts of a node agree. */
@Command(
    name = "consistency",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[show | check [now]]",
    subcommands = {ConsistencyCommand.Show.class, ConsistencyCommand.Check.class},
    description =
        "Shows whether the parts of the node, its journal and the operating system agree: a score"
            + " for each check, and what disagrees with who is right and how it is repaired.")
public final class ConsistencyCommand extends NodeQuery {
  public ConsistencyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return ask(this, false);
  }

  private static int ask(NodeQuery query, boolean now) {
    ConsistencyView view;
    try (MainstayClient client = query.node.connect()) {
      view = client.consistency(now);
    }
    query.answer(view, () -> ConsistencyText.print(query.terminal.out(), view));
    boolean agree = view.consistencyChecks().stream().allMatch(c -> c.divergences() == 0);
    return !now || agree ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** {@code mainstay consistency show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows what the last look found.")
  public static final class Show extends NodeQuery {
    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return ask(this, false);
    }
  }

  /** {@code mainstay consistency check}. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Looks at once, and a second time where something seems to disagree. Exit code 1 if"
              + " something does.")
  public static final class Check extends NodeQuery {
    /** When to check. */
    enum Moment {
      NOW
    }

    @Parameters(
        paramLabel = "now",
        arity = "0..1",
        description = "May be said, and changes nothing.")
    private Moment moment;

    public Check(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return ask(this, true);
    }
  }
}
