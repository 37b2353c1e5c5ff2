package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Terminal;
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
public final class WatchCommand extends Following<GatewayReply.NotificationLineView> {
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

  public WatchCommand(Terminal terminal) {
    super(terminal, "mainstay.notifications.watch-history");
  }

  @Override
  public Integer call() {
    return follow("--lines", count, fromStart);
  }

  @Override
  Page<GatewayReply.NotificationLineView> page(MainstayClient client, long after, int most) {
    GatewayReply.NotificationLines page = client.notificationLines(after, most);
    return new Page<>(page.lines(), page.last(), page.missed());
  }

  @Override
  void print(GatewayReply.NotificationLineView line) {
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
