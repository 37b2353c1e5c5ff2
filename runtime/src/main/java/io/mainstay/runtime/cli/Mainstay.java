package io.mainstay.runtime.cli;

import io.mainstay.runtime.cli.command.AlertsCommand;
import io.mainstay.runtime.cli.command.BenchCommand;
import io.mainstay.runtime.cli.command.ChaosCommand;
import io.mainstay.runtime.cli.command.CheckpointsCommand;
import io.mainstay.runtime.cli.command.ConsistencyCommand;
import io.mainstay.runtime.cli.command.DeadLettersCommand;
import io.mainstay.runtime.cli.command.DemoCommand;
import io.mainstay.runtime.cli.command.DevicesCommand;
import io.mainstay.runtime.cli.command.DoctorCommand;
import io.mainstay.runtime.cli.command.ErrorsCommand;
import io.mainstay.runtime.cli.command.InferCommand;
import io.mainstay.runtime.cli.command.JournalCommand;
import io.mainstay.runtime.cli.command.MemoryCommand;
import io.mainstay.runtime.cli.command.ModeCommand;
import io.mainstay.runtime.cli.command.ModelsCommand;
import io.mainstay.runtime.cli.command.NodeCommand;
import io.mainstay.runtime.cli.command.NotificationsCommand;
import io.mainstay.runtime.cli.command.RecoveriesCommand;
import io.mainstay.runtime.cli.command.RecoveryPlansCommand;
import io.mainstay.runtime.cli.command.ReviewsCommand;
import io.mainstay.runtime.cli.command.SagasCommand;
import io.mainstay.runtime.cli.command.SessionsCommand;
import io.mainstay.runtime.cli.command.StateCommand;
import io.mainstay.runtime.cli.command.StatusCommand;
import io.mainstay.runtime.cli.command.SubmitCommand;
import io.mainstay.runtime.cli.command.TransactionsCommand;
import io.mainstay.runtime.cli.command.WatchCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code mainstay} command. Start with {@code runtime/bin/mainstay}. */
@Command(
    name = "mainstay",
    description =
        "Keeps inference running: supervised workers, durable work, a journal that explains.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      SubmitCommand.class,
      InferCommand.class,
      StatusCommand.class,
      ConsistencyCommand.class,
      DevicesCommand.class,
      MemoryCommand.class,
      ModelsCommand.class,
      SessionsCommand.class,
      StateCommand.class,
      CheckpointsCommand.class,
      JournalCommand.class,
      DeadLettersCommand.class,
      ReviewsCommand.class,
      TransactionsCommand.class,
      AlertsCommand.class,
      ErrorsCommand.class,
      ModeCommand.class,
      NotificationsCommand.class,
      WatchCommand.class,
      SagasCommand.class,
      RecoveriesCommand.class,
      RecoveryPlansCommand.Cascades.class,
      RecoveryPlansCommand.Strategies.class,
      ChaosCommand.class,
      DoctorCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 node unreachable, 4 accepted but degraded."
    })
public final class Mainstay implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    System.setProperty(
        "mainstay.log.appender", System.getProperty("mainstay.log.appender", "FILE"));
    System.setProperty(
        "mainstay.log.file",
        System.getProperty("mainstay.log.file", terminal.clientLog().toString()));
    System.exit(run(terminal, args));
  }

  /** Runs one command; answers its {@link ExitCode}. */
  public static int run(Terminal terminal, String... args) {
    CommandLine commands = commands(terminal);
    FailureReport report = new FailureReport(terminal);
    commands.setParameterExceptionHandler(report);
    commands.setExecutionExceptionHandler(report);
    return commands.execute(args);
  }

  /** All commands, as they show themselves on that terminal. */
  static CommandLine commands(Terminal terminal) {
    CommandLine commands = new CommandLine(new Mainstay(), new CommandFactory(terminal));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(false);
    commands.setUsageHelpWidth(100);
    commands.setOut(new PrintWriter(terminal.out(), true));
    commands.setErr(new PrintWriter(terminal.err(), true));
    return commands;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
