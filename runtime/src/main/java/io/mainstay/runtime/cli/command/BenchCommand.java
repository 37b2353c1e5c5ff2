package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.runtime.bench.BenchDocument;
import io.mainstay.runtime.bench.BenchSettings;
import io.mainstay.runtime.bench.FaultsBench;
import io.mainstay.runtime.bench.ImageBench;
import io.mainstay.runtime.bench.InferenceBench;
import io.mainstay.runtime.bench.JournalBench;
import io.mainstay.runtime.bench.RecoveryBench;
import io.mainstay.runtime.bench.TransactionBench;
import io.mainstay.runtime.bench.WhyBench;
import io.mainstay.runtime.chaos.ChaosSettings;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mainstay bench}: the numbers that Mainstay holds itself to, measured on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "recovery | faults | inference | image | journal | transactions | why",
    subcommands = {
      BenchCommand.Recovery.class,
      BenchCommand.Faults.class,
      BenchCommand.Inference.class,
      BenchCommand.Image.class,
      BenchCommand.Journal.class,
      BenchCommand.Transactions.class,
      BenchCommand.Why.class
    },
    description = "Measures on a temporary node; percentiles, never averages.")
public final class BenchCommand extends CommandGroup {
  /** One benchmark: checks its options, measures, prints the figures. */
  private abstract static class Bench extends Answering {
    Bench(Terminal terminal) {
      super(terminal);
    }

    @Override
    public final Integer call() throws IOException {
      BenchDocument document = measure(BenchSettings.of(ConfigFactory.load()));
      answer(document, () -> BenchText.print(terminal.out(), document));
      return holds(document) ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Whether what was measured is as it must be; figures alone always are. */
    boolean holds(BenchDocument document) {
      return true;
    }

    abstract BenchDocument measure(BenchSettings settings) throws IOException;

    static void within(String option, int value, int min, int max) {
      if (value < min || value > max) {
        throw CliFailure.usage(option + " is " + value, "give a number from " + min + " to " + max);
      }
    }
  }

  /** From a worker's death to its notice and to the next good answer. */
  @Command(
      name = "recovery",
      mixinStandardHelpOptions = true,
      description = "Kills workers: time to notice, time to the next good answer, what was lost.")
  public static final class Recovery extends Bench {
    @Option(
        names = "--kills",
        defaultValue = "50",
        description = "Kills without and with a loaded standby each, 1 to 10000. Default: 50.")
    private int kills;

    public Recovery(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      within("--kills", kills, 1, 10_000);
      return new RecoveryBench(terminal, settings).run(kills);
    }
  }

  /** Every error that can be caused, from its condition to the end of its recovery. */
  @Command(
      name = "faults",
      mixinStandardHelpOptions = true,
      description = {
        "Causes every error of the catalog that can be caused here, one after the other, and",
        "measures how soon it is seen, how soon its recovery begins, and how long that takes.",
        "Names the errors that were caused, those whose mechanism is pending, those that nothing",
        "can cause yet, the conditions that were skipped with the reason (disk-full,",
        "machine-out-of-memory and leftover-stuck need root, files-exhausted needs prlimit), those",
        "not found or not recovered, and the longest run of each cascade and strategy beside its",
        "limit. About 15 minutes.",
        "Exit code 0 only if every condition was found and recovered from, no node ended, and no",
        "accepted work was lost or done twice."
      })
  public static final class Faults extends Bench {
    @Option(
        names = "--rounds",
        defaultValue = "1",
        description = "How often each condition is brought about, 1 to 100. Default: 1.")
    private int rounds;

    @Option(
        names = "--kinds",
        paramLabel = "KIND",
        split = ",",
        description = "Only these conditions, such as worker-killed,model-damaged. Default: all.")
    private List<String> kinds = List.of();

    public Faults(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      within("--rounds", rounds, 1, 100);
      return new FaultsBench(terminal, ChaosSettings.of(ConfigFactory.load()))
          .run(KindNames.parse(kinds), rounds);
    }

    @Override
    boolean holds(BenchDocument document) {
      return document.counted("conditionsRecovered") == document.counted("conditions")
          && document.counted("nodesEnded") == 0
          && document.counted("overLimit") == 0
          && document.counted("documentsLost") == 0
          && document.counted("documentsDoneTwice") == 0;
    }
  }

  /** The supervised path beside the same library in this process. */
  @Command(
      name = "inference",
      mixinStandardHelpOptions = true,
      description = "The supervised path beside the same ONNX Runtime in this process.")
  public static final class Inference extends Bench {
    public Inference(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      return new InferenceBench(terminal, settings).run();
    }
  }

  /** Pictures. */
  @Command(
      name = "image",
      mixinStandardHelpOptions = true,
      description =
          "Pictures, supervised beside in-process; cost of checkpoints; cancel to free device.")
  public static final class Image extends Bench {
    @Option(
        names = "--model",
        defaultValue = "shapes-64",
        description = "Id of a text-to-image model. Default: shapes-64.")
    private String model;

    @Option(
        names = "--steps",
        defaultValue = "30",
        description = "Steps of a picture, 1 to 1000. Default: 30.")
    private int steps;

    @Option(
        names = "--batch",
        defaultValue = "4",
        description = "Pictures that share the requests to the worker, 1 to 8. Default: 4.")
    private int batch;

    public Image(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      within("--steps", steps, 1, 1000);
      within("--batch", batch, 1, 8);
      return new ImageBench(terminal, settings, new ImageBench.Order(model, steps, batch)).run();
    }
  }

  /** Atomic operations. */
  @Command(
      name = "transactions",
      mixinStandardHelpOptions = true,
      description = "Atomic operations per second, durable, with one and with 64 at a time.")
  public static final class Transactions extends Bench {
    public Transactions(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      return new TransactionBench(terminal, settings).run();
    }
  }

  /** Durable events. */
  @Command(
      name = "journal",
      mixinStandardHelpOptions = true,
      description = "Durable events per second through entities, and the time of one persist.")
  public static final class Journal extends Bench {
    public Journal(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      return new JournalBench(terminal, settings).run();
    }
  }

  /** Questions to a long journal. */
  @Command(
      name = "why",
      mixinStandardHelpOptions = true,
      description = "Explaining, and replaying to any event, on a journal of a million events.")
  public static final class Why extends Bench {
    @Option(
        names = "--events",
        defaultValue = "0",
        description =
            "Events of the journal, 1000 to 100000000."
                + " Default: mainstay.runtime.bench.why-events, 1000000.")
    private int events;

    public Why(Terminal terminal) {
      super(terminal);
    }

    @Override
    BenchDocument measure(BenchSettings settings) throws IOException {
      int asked = events == 0 ? settings.whyEvents() : events;
      within("--events", asked, 1000, 100_000_000);
      return new WhyBench(terminal, settings).run(asked);
    }
  }
}
