package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.chaos.Chaos;
import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.chaos.ChaosNarrator;
import io.mainstay.runtime.chaos.ChaosSettings;
import io.mainstay.runtime.chaos.Scenario;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mainstay chaos}: breaks things for real, and watches what the node does about it. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "run SCENARIO",
    subcommands = ChaosCommand.Run.class,
    description = "Breaks things for real on a temporary node, and watches it recover.")
public final class ChaosCommand extends CommandGroup {
  /** {@code mainstay chaos run}. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      header = "Does something bad to a node, and tells what the node does about it.",
      description = {
        "Scenarios: kill-worker, hang-worker, device-loss, oom, leak, model-corruption,",
        "template-corruption, safety-failure, disk-full (as root), poison, protection-storm (more",
        "than 30 %% of the components at once), and storm, which mixes them. What exactly is done,",
        "to which device and when is a function of the seed.",
        "The node is a temporary one with fault injection on, unless --node or --data names one:",
        "then only what needs no fault injection is done: killing and stopping workers of this",
        "machine, bad requests, and pictures that turn out poor. A temporary node has short bounds",
        "and small budgets, which -o json names; it is not degraded for errors that come often,",
        "and its critical errors are acknowledged at once.",
        "Exit code 0 only if every condition was found and recovered from, the node is healthy",
        "again, and no accepted work was lost or done twice.",
        "",
        "  mainstay chaos run kill-worker",
        "  mainstay chaos run storm --seed 7 --for 10m -o json"
      })
  public static final class Run extends Answering {
    @Spec private CommandSpec spec;
    @Mixin private NodeOption node;

    @Parameters(paramLabel = "SCENARIO", description = "One of the scenarios above.")
    private String scenario;

    @Option(
        names = "--seed",
        defaultValue = "1",
        description = "Any whole number; the same one does the same again. Default: 1.")
    private long seed;

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        description = {
          "How long a storm lasts, or another scenario is repeated: 1s to 24h.",
          "Default: mainstay.runtime.chaos.storm-length, 60s; others are done once.",
          "protection-storm has a length of its own."
        })
    private String length;

    @Option(
        names = "--kinds",
        paramLabel = "KIND",
        split = ",",
        description = {
          "Conditions that the scenario draws from, such as worker-killed,frame-garbled.",
          "Default: all that it has; -o json names each that was brought about."
        })
    private List<String> kinds = List.of();

    public Run(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws IOException {
      Scenario asked =
          Scenario.named(scenario)
              .orElseThrow(
                  () ->
                      CliFailure.usage(
                          "there is no scenario '" + scenario + "'",
                          "use one of " + Scenario.names()));
      Duration lasting = length == null ? null : duration(length);
      Chaos chaos =
          new Chaos(
              ChaosSettings.of(ConfigFactory.load()),
              new ChaosNarrator(output.json() ? terminal.err() : terminal.out()),
              Set.copyOf(KindNames.parse(kinds)));
      ChaosDocument document;
      if (isNamed()) {
        try (MainstayClient client = node.connect()) {
          document = chaos.onNode(client, client.status().node(), asked, seed, lasting);
        }
      } else {
        terminal.err().println("starting a node with 2 CPU devices ...");
        document = chaos.onOwnNode(asked, seed, lasting);
      }
      answer(document, () -> ChaosText.print(terminal.out(), document));
      return document.kept() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Whether a node was named: the data directory's default counts as none. */
    private boolean isNamed() {
      return spec.commandLine().getParseResult().hasMatchedOption("--data")
          || spec.commandLine().getParseResult().hasMatchedOption("--node");
    }

    private static Duration duration(String text) {
      Duration asked;
      try {
        asked = ConfigFactory.parseString("for = \"" + text + "\"").getDuration("for");
      } catch (ConfigException wrong) {
        throw CliFailure.usage("--for is " + text, "give a time such as 90s or 10m");
      }
      if (asked.compareTo(Duration.ofSeconds(1)) < 0
          || asked.compareTo(ChaosSettings.LONGEST) > 0) {
        throw CliFailure.usage("--for is " + text, "give a time from 1s to 24h");
      }
      return asked;
    }
  }
}
