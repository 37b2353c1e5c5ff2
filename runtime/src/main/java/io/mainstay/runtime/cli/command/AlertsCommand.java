package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply.AlertView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay alerts}: what a person must look at. */
@Command(
    name = "alerts",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show ID | acknowledge ID | clear ID]",
    subcommands = {
      AlertsCommand.ListThem.class,
      AlertsCommand.Show.class,
      AlertsCommand.Acknowledge.class,
      AlertsCommand.Clear.class
    },
    description = "Lists what the node cannot settle by itself, oldest first.")
public final class AlertsCommand extends NodeQuery {
  @Option(names = "--all", description = "Those that are cleared too.")
  private boolean all;

  public AlertsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this, all);
  }

  private static int list(NodeQuery query, boolean all) {
    List<AlertView> alerts;
    try (MainstayClient client = query.node.connect()) {
      alerts = client.alerts(!all);
    }
    return query.answer(
        new Lists.Alerts(alerts),
        () -> {
          TextTable table = new TextTable("ALERT", "RAISED", "STATE", "KIND", "SUBJECT", "MESSAGE");
          for (AlertView alert : alerts) {
            table.row(
                alert.alertId(),
                Quantities.instant(alert.raisedAt()),
                alert.state(),
                alert.kind(),
                alert.subject(),
                alert.message());
          }
          table.print(query.terminal.out(), all ? "No alerts yet." : "No alert is open.");
        });
  }

  private static void print(PrintStream out, AlertView alert) {
    out.println("alert         " + alert.alertId() + ", " + alert.state());
    out.println("about         " + alert.kind() + " of " + alert.subject());
    out.println("raised        " + Quantities.instant(alert.raisedAt()));
    out.println("what          " + alert.message());
    out.println("remedy        " + alert.remedy());
    out.println("why           mainstay journal explain " + alert.eventId());
    if (alert.acknowledgedAt() != null) {
      out.println(
          word("acknowledged", alert.acknowledgedAt(), alert.acknowledgedBy(), alert.note()));
    }
    if (alert.clearedAt() != null) {
      out.println(word("cleared", alert.clearedAt(), alert.clearedBy(), alert.reason()));
    }
  }

  private static String word(String what, Instant at, String by, String text) {
    return String.format("%-13s ", what)
        + Quantities.instant(at)
        + " by "
        + by
        + (text.isEmpty() ? "" : ": " + text);
  }

  /** {@code mainstay alerts list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists what the node cannot settle by itself, oldest first.")
  public static final class ListThem extends NodeQuery {
    @Option(names = "--all", description = "Those that are cleared too.")
    private boolean all;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this, all);
    }
  }

  /** {@code mainstay alerts show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows an alert, its remedy, and the event that 'journal explain' begins at.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The alert.")
    private String alertId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      AlertView alert;
      try (MainstayClient client = node.connect()) {
        alert = client.alert(alertId);
      }
      return answer(alert, () -> print(terminal.out(), alert));
    }
  }

  /** {@code mainstay alerts acknowledge}. */
  @Command(
      name = "acknowledge",
      mixinStandardHelpOptions = true,
      description = "Says that somebody looks at it. It stays open until its cause is gone.")
  public static final class Acknowledge extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The alert.")
    private String alertId;

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
      AlertView alert;
      try (MainstayClient client = node.connect()) {
        alert = client.acknowledgeAlert(alertId, note);
      }
      return answer(alert, () -> print(terminal.out(), alert));
    }
  }

  /** {@code mainstay alerts clear}. */
  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description = {
        "Clears an alert whatever its cause does; the node clears most by itself when their cause",
        "is gone. It changes nothing else: a stuck saga wants 'sagas redrive'."
      })
  public static final class Clear extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The alert.")
    private String alertId;

    @Option(
        names = "--reason",
        defaultValue = "",
        description = "Why, in your words: stands in the journal. At most 1000 characters.")
    private String reason;

    public Clear(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      AlertView alert;
      try (MainstayClient client = node.connect()) {
        alert = client.clearAlert(alertId, reason);
      }
      return answer(alert, () -> print(terminal.out(), alert));
    }
  }
}
