package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.InputFiles;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.demo.DemoNarrator;
import io.mainstay.runtime.demo.DemoRun;
import io.mainstay.runtime.demo.DemoSettings;
import io.mainstay.runtime.demo.DemoStage;
import io.mainstay.runtime.node.DeviceList;
import io.mainstay.runtime.node.TemporaryNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay demo}: the main job on real input, with a worker killed half way. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Real work on a temporary node that survives the kill of a worker.",
    description = {
      "Starts a temporary node with two CPU devices, embeds the lines of a text with MiniLM, kills",
      "one worker with SIGKILL half way, and shows that nothing was lost, done twice or changed.",
      "Exit code 0 only if all of that holds."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private OutputOption output;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "UTF-8 text, one document a line. Default: about 300 sentences of its own.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where embeddings.jsonl goes and stays. Default: a new directory for it.")
  private Path directory;

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (input != null) {
      InputFiles.checkReadable(input);
    }
    DemoNarrator narrator = new DemoNarrator(output.json() ? terminal.err() : terminal.out());
    DemoSettings settings = DemoSettings.of(ConfigFactory.load());
    Path kept =
        (directory == null ? Files.createTempDirectory("mainstay-demo-") : directory)
            .toAbsolutePath()
            .normalize();
    terminal.err().println("starting a node with " + settings.devices() + " CPU devices ...");
    try (TemporaryNode node =
        TemporaryNode.start("demo", DeviceList.hocon(settings.devices(), "none"), List.of(kept))) {
      terminal
          .err()
          .println(
              "node ready in " + Quantities.duration(node.startTime()) + " at " + node.address());
      DemoRun.Result result;
      try (MainstayClient client = MainstayClient.connect(node.address())) {
        DemoStage stage = DemoStage.prepare(input, kept, node.scratch());
        result = new DemoRun(terminal, settings, client).run(stage, narrator);
      }
      if (output.json()) {
        JsonPrinter.print(terminal.out(), result.document());
      }
      return result.kept() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }
}
