package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.CheckpointView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay checkpoints}: what batches can go on from. */
@Command(
    name = "checkpoints",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list | show ID | restore ID | prune",
    description = "Lists what batches can go on from, goes back to one, lets go of old ones.",
    subcommands = {
      CheckpointsCommand.ListThem.class,
      CheckpointsCommand.Show.class,
      CheckpointsCommand.Restore.class,
      CheckpointsCommand.Prune.class
    })
public final class CheckpointsCommand extends CommandGroup {
  private static void print(Terminal terminal, CheckpointView found) {
    line(terminal, "checkpoint", found.id());
    line(terminal, "of", found.component() + ", session " + found.sessionId());
    line(
        terminal,
        "documents",
        found.from() + " to " + (found.to() - 1) + ", " + found.step() + " steps done");
    line(terminal, "taken", Quantities.instant(found.takenAt()));
    line(
        terminal,
        "format",
        "version "
            + found.version()
            + ", "
            + Quantities.bytes(found.bytes())
            + (found.base().isEmpty() ? ", full" : ", difference, chain of " + found.chain()));
    if (!found.base().isEmpty()) {
      line(terminal, "based on", found.base());
    }
    line(terminal, "sha256", found.sha256());
    line(terminal, "in use", found.named() ? "yes, its batch goes on from it" : "no");
    line(terminal, "sound", found.sound() ? "yes" : "no: " + found.problem());
  }

  private static void line(Terminal terminal, String name, String value) {
    terminal.out().printf("%-11s %s%n", name, value);
  }

  /** {@code mainstay checkpoints list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the checkpoints that a node keeps, each read and checked.")
  public static final class ListThem extends NodeQuery {
    @Option(
        names = "--session",
        defaultValue = "",
        paramLabel = "ID",
        description = "Of this session only.")
    private String sessionId;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      List<CheckpointView> found;
      try (MainstayClient client = node.connect()) {
        found = client.checkpoints(sessionId);
      }
      return answer(new Lists.Checkpoints(found), () -> table(found));
    }

    private void table(List<CheckpointView> found) {
      TextTable table =
          new TextTable("CHECKPOINT", "COMPONENT", "BYTES", "FORMAT", "AGE", "IN USE", "SOUND");
      Instant now = Instant.now();
      for (CheckpointView one : found) {
        table.row(
            one.id(),
            one.component(),
            Quantities.bytes(one.bytes()),
            "v" + one.version() + (one.base().isEmpty() ? " full" : " +" + (one.chain() - 1)),
            Quantities.duration(Duration.between(one.takenAt(), now)),
            one.named() ? "yes" : "",
            one.sound() ? "yes" : "no: " + one.problem());
      }
      table.print(terminal.out(), "No checkpoints: no batch of several steps is under way.");
    }
  }

  /** {@code mainstay checkpoints show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one checkpoint. Exit code 1 when nobody can go on from it.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "SESSION:FROM-TO:STEP, as in the list.")
    private String id;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      CheckpointView found;
      try (MainstayClient client = node.connect()) {
        found = client.checkpoint(id);
      }
      answer(found, () -> print(terminal, found));
      return found.sound() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  /** {@code mainstay checkpoints restore}. */
  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a batch go on from a checkpoint. It is checked first; if its state turns out to be",
        "no use to the batch, the batch goes back to where it was. Both stand in the journal."
      })
  public static final class Restore extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "SESSION:FROM-TO:STEP, as in the list.")
    private String id;

    @Option(
        names = "--reason",
        defaultValue = "asked for by its user",
        description = "Stands in the journal.")
    private String reason;

    public Restore(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      CheckpointView restored;
      try (MainstayClient client = node.connect()) {
        restored = client.restoreCheckpoint(id, reason);
      }
      return answer(restored, () -> print(terminal, restored));
    }
  }

  /** {@code mainstay checkpoints prune}. */
  @Command(
      name = "prune",
      mixinStandardHelpOptions = true,
      description = {
        "Lets go of the checkpoints that mainstay.processing.checkpoint does not keep; never of",
        "one that a batch goes on from. The node does it by itself now and then."
      })
  public static final class Prune extends NodeQuery {
    public Prune(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      GatewayReply.CheckpointsPruned pruned;
      try (MainstayClient client = node.connect()) {
        pruned = client.pruneCheckpoints();
      }
      return answer(
          new Lists.Pruned(pruned.checkpoints(), pruned.bytes()),
          () ->
              terminal
                  .out()
                  .println(
                      pruned.checkpoints()
                          + " checkpoints let go, "
                          + Quantities.bytes(pruned.bytes())));
    }
  }
}
