package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Terminal;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mainstay watch}: what people are told, as it happens. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what people are told as it happens, until interrupted: notifications, mode changes,",
      "alerts. With -o json one document a line."
    })
public final class WatchCommand extends NodeQuery {
  private static final long INTERVAL_NANOS = 300_000_000;
  private static final int PAGE = 200;
  private static final int BAR = 20;

  @Option(
      names = "--from-start",
      description = "Begin with the oldest line that the node still has of its present life.")
  private boolean fromStart;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "End after so many, 1 to 1000000. Default: go on until interrupted.")
  private int count;

  private int printed;

  public WatchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    if (count < 0 || count > 1_000_000) {
      throw CliFailure.usage("--lines is " + count, "give a number from 1 to 1000000");
    }
    try (MainstayClient client = node.connect()) {
      long after = fromStart ? 0 : client.notificationLines(-1, 1).last();
      boolean first = fromStart;
      // Nobody reads on: 'watch | head' is over.
      while (!isEnough()
          && !Thread.currentThread().isInterrupted()
          && !terminal.out().checkError()) {
        GatewayReply.NotificationLines page = client.notificationLines(after, PAGE);
        if (page.missed() > 0 && !first) {
          terminal
              .err()
              .println(
                  "mainstay: "
                      + page.missed()
                      + " lines were missed: more came than mainstay.notifications.watch-history"
                      + " keeps");
        }
        first = false;
        page.lines().forEach(this::print);
        after = page.last();
        if (page.lines().isEmpty()) {
          LockSupport.parkNanos(INTERVAL_NANOS);
        }
      }
    }
    return ExitCode.DONE;
  }

  private boolean isEnough() {
    return count > 0 && printed >= count;
  }

  private void print(GatewayReply.NotificationLineView line) {
    if (isEnough()) {
      return;
    }
    printed++;
    answer(line, () -> terminal.out().println(text(line)));
  }

  private static String text(GatewayReply.NotificationLineView line) {
    String what = line.what().equals("issued") ? line.severity() : line.what();
    String said =
        line.what().equals("progress")
            ? bar(line.percent()) + " " + line.title() + " " + line.text()
            : line.title() + (line.text().isEmpty() ? "" : ": " + line.text());
    return line.at()
        + " "
        + what
        + " "
        + said
        + (line.note().isEmpty() ? "" : " (" + line.note() + ")")
        + (line.acknowledgementNeeded()
            ? " [mainstay notifications acknowledge " + line.notificationId() + "]"
            : "");
  }

  private static String bar(int percent) {
    int full = Math.max(0, Math.min(BAR, percent * BAR / 100));
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }
}
