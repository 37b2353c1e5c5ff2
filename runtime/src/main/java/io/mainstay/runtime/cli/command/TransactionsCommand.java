package io.mainstay.runtime.cli.command;

import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.transaction.TransactionProtocol.ParticipantView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay transactions}: atomic operations over several domains. */
@Command(
    name = "transactions",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "[list | show ID | run OPERATION --param KEY=VALUE | release ID | redrive ID]",
    subcommands = {
      TransactionsCommand.ListAll.class,
      TransactionsCommand.Show.class,
      TransactionsCommand.Run.class,
      TransactionsCommand.Release.class,
      TransactionsCommand.Redrive.class
    },
    description = "Lists atomic operations over several domains, newest first.")
public final class TransactionsCommand extends TransactionList {
  public TransactionsCommand(Terminal terminal) {
    super(terminal);
  }

  private static void print(PrintStream out, TransactionView view) {
    out.println("transaction " + view.transactionId() + ", " + view.state());
    out.println("operation   " + view.plan().operation() + " for " + view.plan().owner());
    out.println("begun       " + Quantities.instant(view.begunAt()));
    if (view.decidedAt() != null) {
      out.println("decided     " + Quantities.instant(view.decidedAt()));
    }
    if (!view.code().isEmpty()) {
      out.println("because     " + view.code() + ": " + view.message());
    }
    if (!view.remedy().isEmpty()) {
      out.println("remedy      " + view.remedy());
    }
    TextTable table = new TextTable("PARTICIPANT", "VOTE", "LOCKS", "RESULT", "RESOURCE");
    for (ParticipantView part : view.participants()) {
      table.row(
          part.participant(),
          part.prepareResult(),
          String.join(", ", part.resourceLocks()),
          part.stuck() ? "stuck" : part.result(),
          part.resourceStatus());
    }
    table.print(out, "No participants.");
  }

  /** {@code mainstay transactions list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists atomic operations, newest first.")
  public static final class ListAll extends TransactionList {
    public ListAll(Terminal terminal) {
      super(terminal);
    }
  }

  /** One question about one transaction. */
  abstract static class One extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The transaction.")
    private String transactionId;

    private final BiFunction<MainstayClient, String, TransactionView> question;

    One(Terminal terminal, BiFunction<MainstayClient, String, TransactionView> question) {
      super(terminal);
      this.question = question;
    }

    @Override
    public final Integer call() {
      TransactionView view;
      try (MainstayClient client = node.connect()) {
        view = question.apply(client, transactionId);
      }
      return answer(view, () -> print(terminal.out(), view));
    }
  }

  /** {@code mainstay transactions show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows votes, locks, the decision and what became of every participant.")
  public static final class Show extends One {
    public Show(Terminal terminal) {
      super(terminal, MainstayClient::transaction);
    }
  }

  /** {@code mainstay transactions release}. */
  @Command(
      name = "release",
      mixinStandardHelpOptions = true,
      description = "Gives back everything that a transaction run by 'run' holds.")
  public static final class Release extends One {
    public Release(Terminal terminal) {
      super(terminal, MainstayClient::releaseTransaction);
    }
  }

  /** {@code mainstay transactions redrive}. */
  @Command(
      name = "redrive",
      mixinStandardHelpOptions = true,
      description = "Tells participants again that did not carry a decision out.")
  public static final class Redrive extends One {
    public Redrive(Terminal terminal) {
      super(terminal, MainstayClient::redriveTransaction);
    }
  }

  /** {@code mainstay transactions run}. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = {
        "Runs an atomic operation; what it commits is held until it is released.",
        "atomic_device_memory_allocation: device_id, operation_type (model_loading or exclusive),",
        "  estimated_duration, allocation_size, allocation_purpose",
        "atomic_model_memory_loading: model_id, cache_location, required_space, target_device,",
        "  reservation_size, reservation_purpose, with_worker",
        "atomic_processing_inference: session_id, memory, gpu_allocation, session_priority,",
        "  batch_id, model_requirements, inference_type",
        "atomic_inference_postprocessing: request_id, device_id, model_requirements,",
        "  inference_type, pipeline_id, expected_input_format, processing_sequence,",
        "  format_conversion"
      })
  public static final class Run extends NodeQuery {
    private static final int TIMEOUT_MAX = 3_600;

    @Parameters(paramLabel = "OPERATION", description = "One of the four above.")
    private String operation;

    @Option(
        names = "--param",
        paramLabel = "KEY=VALUE",
        description = "A parameter of the operation; may be given several times.")
    private Map<String, String> params = new LinkedHashMap<>();

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "200",
        description = "Longest wait for its end, 1 to 3600. Default: 200.")
    private int timeout;

    public Run(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (timeout < 1 || timeout > TIMEOUT_MAX) {
        throw CliFailure.usage("--timeout is " + timeout, "give seconds from 1 to " + TIMEOUT_MAX);
      }
      TransactionView view;
      try (MainstayClient client = node.connect()) {
        view = client.runTransaction(operation, params, Duration.ofSeconds(timeout));
      }
      answer(view, () -> print(terminal.out(), view));
      return view.state().equals("aborted") ? ExitCode.FAILED : ExitCode.DONE;
    }
  }
}
