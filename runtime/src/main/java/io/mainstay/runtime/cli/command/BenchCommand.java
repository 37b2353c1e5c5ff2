package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.runtime.bench.BenchDocument;
import io.mainstay.runtime.bench.BenchSettings;
import io.mainstay.runtime.bench.InferenceBench;
import io.mainstay.runtime.bench.JournalBench;
import io.mainstay.runtime.bench.RecoveryBench;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mainstay bench}: the numbers that Mainstay holds itself to, measured on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "recovery | inference | journal",
    subcommands = {
      BenchCommand.Recovery.class,
      BenchCommand.Inference.class,
      BenchCommand.Journal.class
    },
    description = "Measures on a temporary node; percentiles, never averages.")
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "bench needs one of recovery, inference, journal");
  }

  private static int print(Terminal terminal, OutputOption output, BenchDocument document) {
    if (output.json()) {
      JsonPrinter.print(terminal.out(), document);
    } else {
      BenchText.print(terminal.out(), document);
    }
    return ExitCode.DONE;
  }

  /** From a worker's death to its notice and to the next good answer. */
  @Command(
      name = "recovery",
      mixinStandardHelpOptions = true,
      description = "Kills workers: time to notice, time to the next good answer, what was lost.")
  public static final class Recovery implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private OutputOption output;

    @Option(
        names = "--kills",
        defaultValue = "50",
        description = "Kills without and with a loaded standby each, 1 to 10000. Default: 50.")
    private int kills;

    public Recovery(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      if (kills < 1 || kills > 10_000) {
        throw CliFailure.usage("--kills is " + kills, "give a number from 1 to 10000");
      }
      BenchSettings settings = BenchSettings.of(ConfigFactory.load());
      return print(terminal, output, new RecoveryBench(terminal, settings).run(kills));
    }
  }

  /** The supervised path beside the same library in this process. */
  @Command(
      name = "inference",
      mixinStandardHelpOptions = true,
      description = "The supervised path beside the same ONNX Runtime in this process.")
  public static final class Inference implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private OutputOption output;

    public Inference(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      BenchSettings settings = BenchSettings.of(ConfigFactory.load());
      return print(terminal, output, new InferenceBench(terminal, settings).run());
    }
  }

  /** Durable events. */
  @Command(
      name = "journal",
      mixinStandardHelpOptions = true,
      description = "Durable events per second through entities, and the time of one persist.")
  public static final class Journal implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private OutputOption output;

    public Journal(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
      BenchSettings settings = BenchSettings.of(ConfigFactory.load());
      return print(terminal, output, new JournalBench(terminal, settings).run());
    }
  }
}
