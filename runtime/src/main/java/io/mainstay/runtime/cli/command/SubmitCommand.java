package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.NodeBusyException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.InputFiles;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay submit}: accepted work, durable when this answers. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    header = "Submits a workflow; durable when it answers.",
    description = {
      "Uploads inputs and submits a workflow. When this answers, the work is durable and goes on"
          + " by",
      "itself, whatever happens to its workers, to the node, or to this command.",
      "",
      "Templates and their inputs:",
      "  text-embedding  a UTF-8 text, one document a line: an embedding for each line",
      "  text-to-image   a UTF-8 text, one prompt a line: a PNG for each line",
      "  image-enhance   pictures, such as a directory of them: a PNG for each, upscaled and"
          + " checked",
      ""
    })
public final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  @Parameters(paramLabel = "TEMPLATE", description = "Such as text-to-image.")
  private String template;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE|DIR",
      description = {
        "What to work on; may be given several times. Of a directory: its regular files in the"
            + " order",
        "of their names, without hidden ones. At most mainstay.client.inputs-max, 500."
      })
  private List<Path> inputs;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = {
        "Where the node writes the results: on its host and below mainstay.output.roots. A"
            + " relative",
        "path is one of this command's working directory.",
        "Without it, get them with `mainstay sessions fetch ID`."
      })
  private Path outputDirectory;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "A parameter of the template; may be given several times.")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      defaultValue = "STANDARD",
      description = "Rank of the work: interactive, standard (default) or batch.")
  private WorkClass workClass;

  @Option(names = "--wait", description = "Wait until the session is finished.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = {
        "With --wait: how long; the session goes on after it.",
        "Default: mainstay.runtime.wait.session, one hour."
      })
  private Integer timeoutSeconds;

  public SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (timeoutSeconds != null && timeoutSeconds < 1) {
      throw CliFailure.usage("--timeout is " + timeoutSeconds + " s", "give 1 or more");
    }
    Submission submission = Submission.of(template, InputFiles.of(inputs)).as(workClass);
    for (Map.Entry<String, String> param : params.entrySet()) {
      submission = submission.with(param.getKey(), param.getValue());
    }
    if (outputDirectory != null) {
      submission = submission.writingTo(outputDirectory);
    }
    try (MainstayClient client = node.connect()) {
      GatewayReply.Status status = client.status();
      String sessionId = submit(client, submission);
      SessionView session = wait ? await(client, sessionId) : client.session(sessionId);
      print(session);
      return exitCode(session, status);
    }
  }

  private String submit(MainstayClient client, Submission submission) throws IOException {
    try (ProgressLine progress = new ProgressLine(terminal, "upload")) {
      return client.submit(
          submission, (bytes, total) -> progress.show(bytes >> 10, total >> 10, "KiB"));
    } catch (NodeBusyException e) {
      throw CliFailure.failed(
          "the node takes no more work now, " + e.getMessage() + "; nothing was accepted",
          e.remedy(),
          e);
    }
  }

  private SessionView await(MainstayClient client, String sessionId) {
    try {
      return new SessionWatch(terminal, client).await(sessionId, bound());
    } catch (TimeoutException e) {
      throw CliFailure.failed(
          e.getMessage() + "; it goes on", "look with `mainstay sessions " + sessionId + "`", e);
    }
  }

  private Duration bound() {
    return timeoutSeconds == null
        ? ConfigFactory.load().getDuration("mainstay.runtime.wait.session")
        : Duration.ofSeconds(timeoutSeconds);
  }

  private void print(SessionView session) {
    if (output.json()) {
      JsonPrinter.print(terminal.out(), session);
      return;
    }
    SessionText.print(terminal.out(), session);
    if (!session.finished()) {
      terminal.err().println("follow it with: mainstay sessions " + session.sessionId());
    }
  }

  private static int exitCode(SessionView session, GatewayReply.Status node) {
    if (session.state().equals("failed") || session.state().equals("cancelled")) {
      return ExitCode.FAILED;
    }
    boolean whole = node.mode().equals("normal") && !node.state().equals("degraded");
    return whole && session.poisoned().isEmpty() && session.degradations().isEmpty()
        ? ExitCode.DONE
        : ExitCode.DEGRADED;
  }
}
