package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.actors.node.NodeOptions;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.node.NodeLife;
import io.mainstay.runtime.node.NodeLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mainstay node}: runs a node in the foreground until it is told to stop. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    header = "Runs a node in the foreground.",
    description = {
      "Runs a node in the foreground. It stops on SIGTERM, SIGINT or a client's request; accepted",
      "work that is not done goes on at the next start on the same data directory."
    })
public final class NodeCommand implements Callable<Integer> {
  private static final int AS_CONFIGURED = -1;

  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory; else $MAINSTAY_DATA, else ~/.local/share/mainstay.")
  private Path data;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "HOCON file with settings that override the defaults.")
  private Path conf;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = {
        "Port of the actor protocol; 0 picks one.",
        "Default: mainstay.node.port, which is 25520 unless --conf says otherwise."
      })
  private Integer port;

  @Option(
      names = "--output-root",
      paramLabel = "DIR",
      description = "Sessions may write below it; may be given several times.")
  private List<Path> outputRoots = List.of();

  public NodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (port != null && (port < 0 || port > 65_535)) {
      throw CliFailure.usage("--port is " + port, "give a number from 0 to 65535; 0 picks one");
    }
    if (conf != null && !Files.isReadable(conf)) {
      throw CliFailure.usage("--conf " + conf + " is not readable", "name a HOCON file");
    }
    Path directory =
        (data == null ? terminal.defaultDataDirectory() : data).toAbsolutePath().normalize();
    Path log = NodeLog.begin(directory);
    NodeOptions options =
        new NodeOptions(
            directory,
            conf,
            port == null ? AS_CONFIGURED : port,
            outputRoots,
            ConfigFactory.empty());
    try (NodeLife life = NodeLife.start(options)) {
      MainstayNode node = life.node();
      terminal.err().println("mainstay: node ready at " + node.address() + ", data " + directory);
      terminal.err().println("mainstay: log " + log + "; stop with Ctrl-C");
      life.awaitEnd();
    }
    terminal.err().println("mainstay: node stopped");
    return ExitCode.DONE;
  }
}
