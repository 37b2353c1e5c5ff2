package io.mainstay.runtime.cli.command;

import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.document.InferDocument;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay infer}: one answer, at once. */
@Command(
    name = "infer",
    mixinStandardHelpOptions = true,
    header = "Embeds one text and answers at once.",
    description = "Embeds one text and answers at once. The death of a worker meanwhile is hidden.")
public final class InferCommand implements Callable<Integer> {
  private static final int SHOWN = 8;

  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  @Parameters(paramLabel = "MODEL", description = "Id of a model, see `mainstay models`.")
  private String model;

  @Option(names = "--text", required = true, paramLabel = "TEXT", description = "What to embed.")
  private String text;

  @Option(
      names = "--deadline",
      paramLabel = "MILLIS",
      defaultValue = "10000",
      description = "Most time it may take. Default: 10000.")
  private long deadlineMillis;

  public InferCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (text.isBlank()) {
      throw CliFailure.usage("--text is empty", "give a text to embed");
    }
    if (deadlineMillis < 1) {
      throw CliFailure.usage("--deadline is " + deadlineMillis + " ms", "give 1 or more");
    }
    try (MainstayClient client = node.connect()) {
      long began = System.nanoTime();
      InferenceCommand.Embedded result =
          client.infer(model, text, Duration.ofMillis(deadlineMillis));
      print(InferDocument.of(model, result, System.nanoTime() - began));
    }
    return ExitCode.DONE;
  }

  private void print(InferDocument answer) {
    if (output.json()) {
      JsonPrinter.print(terminal.out(), answer);
      return;
    }
    List<Float> embedding = answer.embedding();
    String first =
        embedding.stream()
            .limit(SHOWN)
            .map(value -> String.format(Locale.ROOT, "%.4f", value))
            .collect(Collectors.joining(" "));
    terminal.out().println("embedding   " + first + " ... (" + embedding.size() + " numbers)");
    terminal.out().println("tokens      " + answer.tokens());
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "computed    in %.2f ms on %s, epoch %d%n",
            answer.computeMillis(),
            answer.device(),
            answer.epoch());
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "answered    in %.2f ms, attempts %d%n",
            answer.totalMillis(),
            answer.attempts());
    terminal.out().println("fingerprint " + answer.fingerprint());
  }
}
