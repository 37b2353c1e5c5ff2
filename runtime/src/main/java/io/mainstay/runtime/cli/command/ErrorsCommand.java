package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay errors}: the error catalog, and what the node raised of it. */
@Command(
    name = "errors",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show CODE | acknowledge CODE]",
    subcommands = {
      ErrorsCommand.ListThem.class,
      ErrorsCommand.Show.class,
      ErrorsCommand.Acknowledge.class
    },
    description = "Lists the errors that the node raised, with how often and how bad.")
public final class ErrorsCommand extends NodeQuery {
  public ErrorsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    List<ErrorView> raised;
    try (MainstayClient client = node.connect()) {
      raised = client.errors().stream().filter(error -> error.faults() > 0).toList();
    }
    return answer(
        new Lists.Errors(raised), () -> table(raised).print(terminal.out(), "No error yet."));
  }

  private static TextTable table(List<ErrorView> errors) {
    TextTable table =
        new TextTable(
            "NUMBER", "ERROR", "SEVERITY", "PRIORITY", "MECHANISM", "FAULTS", "UNHEALED/H", "LAST");
    for (ErrorView error : errors) {
      table.row(
          error.numbers().get(0),
          error.code(),
          error.severity(),
          String.valueOf(error.recoveryPriority()),
          error.gateClosed() ? "waits for a person" : error.mechanism(),
          String.valueOf(error.faults()),
          String.valueOf(error.perHour()),
          error.lastAt() == null ? "" : Quantities.instant(error.lastAt()));
    }
    return table;
  }

  private static void print(PrintStream out, ErrorView error) {
    out.println("error         " + error.code() + ", " + String.join(", ", error.numbers()));
    out.println("what          " + error.message());
    out.println("remedy        " + error.remedy());
    out.println(
        "how bad       "
            + error.severity()
            + ", "
            + error.category()
            + ", usually blamed on: "
            + error.blame());
    out.println("reaches       " + error.domain() + ", then " + String.join(", ", error.impacts()));
    out.println(
        "answer        "
            + error.directive()
            + " (priority "
            + error.recoveryPriority()
            + "), "
            + error.pattern());
    out.println(
        "recovered by  "
            + error.strategy()
            + (error.cascade().isEmpty() ? "" : ", cascade " + error.cascade())
            + (error.modes().isEmpty() ? "" : "; modes " + String.join(", ", error.modes())));
    out.println("mechanism     " + error.mechanism());
    if (!error.aliases().isEmpty()) {
      out.println("also          " + String.join(", ", error.aliases()));
    }
    if (error.faults() > 0) {
      out.println(
          "raised        "
              + error.faults()
              + " times, "
              + error.perHour()
              + " within the last hour did not heal at once; last "
              + Quantities.instant(error.lastAt())
              + " at "
              + error.lastComponent()
              + ", "
              + error.lastSeverity());
    }
    if (error.gateClosed()) {
      out.println("waits         mainstay errors acknowledge " + error.code());
    }
  }

  /** {@code mainstay errors list}. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the whole catalog.")
  public static final class ListThem extends NodeQuery {
    @Option(
        names = "--offline",
        description = "Without a node: the catalog alone, nothing counted.")
    private boolean offline;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      List<ErrorView> errors = offline ? shipped() : asked();
      return answer(
          new Lists.Errors(errors), () -> table(errors).print(terminal.out(), "No errors."));
    }

    private List<ErrorView> asked() {
      try (MainstayClient client = node.connect()) {
        return client.errors();
      }
    }

    private static List<ErrorView> shipped() {
      return ErrorCatalog.load(ConfigFactory.load()).all().stream()
          .map((ErrorDefinition error) -> ErrorView.of(error))
          .toList();
    }
  }

  /** {@code mainstay errors show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows an error: what it means, what recovers it, and how often it was raised.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "CODE", description = "Its name, number (DEV_001) or an alias.")
    private String code;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      ErrorView error;
      try (MainstayClient client = node.connect()) {
        error = client.error(code);
      }
      return answer(error, () -> print(terminal.out(), error));
    }
  }

  /** {@code mainstay errors acknowledge}. */
  @Command(
      name = "acknowledge",
      mixinStandardHelpOptions = true,
      description =
          "Says that somebody has seen a critical error: the protected state may be left.")
  public static final class Acknowledge extends NodeQuery {
    @Parameters(paramLabel = "CODE", description = "Its name, number (DEV_001) or an alias.")
    private String code;

    @Option(
        names = "--note",
        defaultValue = "",
        description = "In your words: stands in the journal. At most 1000 characters.")
    private String note;

    public Acknowledge(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      ErrorView error;
      try (MainstayClient client = node.connect()) {
        error = client.acknowledgeError(code, note);
      }
      return answer(error, () -> print(terminal.out(), error));
    }
  }
}
