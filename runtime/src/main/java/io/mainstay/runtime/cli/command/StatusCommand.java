package io.mainstay.runtime.cli.command;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.processing.pause.PauseView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mainstay status}: the node at a glance. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Shows the node at a glance: state, mode, intake, devices, sessions, those that rest for"
            + " want of memory, restarts.")
public final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  public StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    GatewayReply.Status status;
    try (MainstayClient client = node.connect()) {
      status = client.status();
    }
    if (output.json()) {
      JsonPrinter.print(terminal.out(), status);
    } else {
      print(status);
    }
    return ExitCode.DONE;
  }

  private void print(GatewayReply.Status status) {
    line("node", status.node() + ", version " + status.version() + ", pid " + status.pid());
    line("state", status.state() + ", mode " + status.mode() + ", intake " + status.intake());
    line(
        "up",
        Quantities.duration(Duration.between(status.startedAt(), Instant.now()))
            + ", since "
            + Quantities.instant(status.startedAt()));
    line("devices", status.devicesServing() + " of " + status.devices() + " serving");
    line(
        "sessions",
        status.sessionsRunning() + " running, " + status.sessionsAccepted() + " accepted");
    line("restarts", status.workerRestarts() + " of workers since the node started");
    line("dead letters", String.valueOf(status.deadLetters()));
    line("alerts", status.alerts() == 0 ? "0" : status.alerts() + " open: 'mainstay alerts'");
    if (status.checkpoints() != null) {
      line(
          "checkpoints",
          "%d taken, %d of them differences, %s, %.1f ms to write, %.2f %% of the step time"
              .formatted(
                  status.checkpoints().count(),
                  status.checkpoints().differences(),
                  Quantities.bytes(status.checkpoints().bytes()),
                  status.checkpoints().writeMillis(),
                  100 * status.checkpoints().shareOfStepTime()));
    }
    if (!status.pauses().isEmpty()) {
      line("resting", status.pauses().size() + " for want of memory");
      for (PauseView pause : status.pauses()) {
        terminal
            .out()
            .printf(
                Locale.ROOT,
                "%-13s %s on %s for %s, until %s (now %.0f %%), at most %s%n",
                "",
                pause.sessionId(),
                pause.deviceId(),
                Quantities.duration(Duration.ofMillis(pause.pausedMillis())),
                pause.resumeCondition(),
                100 * pause.memoryShare(),
                Quantities.duration(Duration.ofMillis(pause.longestMillis())));
      }
    }
    line("consistency", ConsistencyText.line(status.consistency()));
    if (status.consistency() != null) {
      for (ConsistencyView.Check check : status.consistency().consistencyChecks()) {
        terminal
            .out()
            .printf(
                Locale.ROOT,
                "%-13s %-42s %-17s %.2f%n",
                "",
                check.checkType(),
                check.status(),
                check.consistencyScore());
      }
    }
  }

  private void line(String name, String value) {
    terminal.out().printf("%-13s %s%n", name, value);
  }
}
