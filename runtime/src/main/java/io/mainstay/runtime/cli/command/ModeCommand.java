package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay mode}: what a node does without while something is wrong. */
@Command(
    name = "mode",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | set MODE --reason R | clear MODE --reason R]",
    subcommands = {ModeCommand.ListThem.class, ModeCommand.Set.class, ModeCommand.Clear.class},
    description = {
      "Lists the degradation modes, those first that hold, what follows from them, and how far the"
          + " node",
      "is on its way back."
    })
public final class ModeCommand extends NodeQuery {
  public ModeCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this);
  }

  private static int list(NodeQuery query) {
    GatewayReply.Modes modes;
    try (MainstayClient client = query.node.connect()) {
      modes = client.modes();
    }
    return answer(query, modes);
  }

  private static int answer(NodeQuery query, GatewayReply.Modes modes) {
    return query.answer(modes, () -> print(query.terminal, modes));
  }

  private static void print(Terminal terminal, GatewayReply.Modes modes) {
    TextTable table = new TextTable("MODE", "SUBJECT", "STATE", "SINCE", "WHY");
    for (GatewayReply.ModeLine mode : modes.modes()) {
      table.row(
          (mode.partOf().isEmpty() ? "" : "  ") + mode.mode(),
          mode.subject(),
          state(mode),
          mode.since() == null ? "" : Quantities.instant(mode.since()),
          why(mode));
    }
    table.print(terminal.out(), "No modes.");
    if (modes.restoration() != null) {
      printWayBack(terminal, modes.restoration());
    }
    if (!modes.restrictions().isEmpty()) {
      terminal.out().println();
      terminal.out().println("What follows:");
      modes.restrictions().forEach(line -> terminal.out().println("  " + line));
    }
  }

  private static void printWayBack(Terminal terminal, GatewayReply.RestorationLine back) {
    terminal.out().println();
    terminal
        .out()
        .printf(
            "Way back from %s: %s, attempt %d; %d %% of the offered work is taken.%n",
            String.join(", ", back.modes()), back.stage(), back.attempt(), back.intakePercent());
    back.tests()
        .forEach(
            test ->
                terminal
                    .out()
                    .printf(
                        "  %s %s: %s%n",
                        test.passed() ? "passed" : test.skipped() ? "skipped" : "FAILED",
                        test.test(),
                        test.evidence()));
    if (back.againAt() != null) {
      terminal.out().println("  again at " + Quantities.instant(back.againAt()));
    }
    if (back.watchUntil() != null) {
      terminal.out().println("  watched until " + Quantities.instant(back.watchUntil()));
    }
  }

  private static String state(GatewayReply.ModeLine mode) {
    if (!mode.active()) {
      return mode.override().isEmpty() ? "-" : "kept off";
    }
    if (mode.leavesAt() != null) {
      return "not before " + Quantities.instant(mode.leavesAt());
    }
    return mode.override().isEmpty() ? "holds" : "set";
  }

  private static String why(GatewayReply.ModeLine mode) {
    return mode.override().isEmpty() ? String.join("; ", mode.grounds()) : mode.overrideReason();
  }

  /** {@code mainstay mode list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the degradation modes, those first that hold.")
  public static final class ListThem extends NodeQuery {
    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this);
    }
  }

  /** {@code mainstay mode set}. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Puts the node into a mode, or with --off keeps it out of one, whatever else speaks for or",
        "against it, until 'mode clear'. Holds across restarts of the node."
      })
  public static final class Set extends NodeQuery {
    @Parameters(paramLabel = "MODE", description = "Name of a mode, or of a part of one.")
    private String mode;

    @Option(
        names = "--subject",
        defaultValue = "",
        description = "Device or model that is isolated; for the isolations only.")
    private String subject;

    @Option(names = "--off", description = "Keep the node out of it.")
    private boolean off;

    @Option(
        names = "--reason",
        required = true,
        description = "Why, in your words: stands in the journal. At most 1000 characters.")
    private String reason;

    public Set(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      GatewayReply.Modes modes;
      try (MainstayClient client = node.connect()) {
        modes = client.setMode(mode, subject, !off, reason);
      }
      return ModeCommand.answer(this, modes);
    }
  }

  /** {@code mainstay mode clear}. */
  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description = {
        "Takes back what was set, drops the present grounds of a mode and leaves it at once. It is",
        "entered again when a ground is told anew. A mode that needs it is acknowledged so."
      })
  public static final class Clear extends NodeQuery {
    @Parameters(paramLabel = "MODE", description = "Name of a mode, or of a part of one.")
    private String mode;

    @Option(
        names = "--subject",
        defaultValue = "",
        description = "Device or model that is isolated; for the isolations only.")
    private String subject;

    @Option(
        names = "--reason",
        defaultValue = "cleared",
        description = "Why, in your words: stands in the journal. At most 1000 characters.")
    private String reason;

    public Clear(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      GatewayReply.Modes modes;
      try (MainstayClient client = node.connect()) {
        modes = client.clearMode(mode, subject, reason);
      }
      return ModeCommand.answer(this, modes);
    }
  }
}
