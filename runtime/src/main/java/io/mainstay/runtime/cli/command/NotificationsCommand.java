package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.NotificationView;
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

/** {@code mainstay notifications}: what people were told. */
@Command(
    name = "notifications",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show ID | acknowledge ID]",
    subcommands = {
      NotificationsCommand.ListThem.class,
      NotificationsCommand.Show.class,
      NotificationsCommand.Acknowledge.class
    },
    description =
        "Lists what people were told, newest first; 'mainstay watch' shows it as it comes.")
public final class NotificationsCommand extends NodeQuery {
  @Option(names = "--open", description = "Only those that somebody must still acknowledge.")
  private boolean open;

  public NotificationsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this, open);
  }

  private static int list(NodeQuery query, boolean open) {
    List<NotificationView> notifications;
    try (MainstayClient client = query.node.connect()) {
      notifications = client.notifications(open);
    }
    return query.answer(
        new Lists.Notifications(notifications),
        () -> {
          TextTable table =
              new TextTable("NOTIFICATION", "AT", "SEVERITY", "STATE", "SUBJECT", "WHAT");
          for (NotificationView each : notifications) {
            table.row(
                each.notificationId(),
                Quantities.instant(each.issuedAt()),
                each.severity(),
                each.state(),
                each.subject(),
                each.title() + (each.repeated() > 0 ? " (and " + each.repeated() + " more)" : ""));
          }
          table.print(
              query.terminal.out(),
              open ? "Nothing must be acknowledged." : "Nothing was told yet.");
        });
  }

  private static void print(PrintStream out, NotificationView one) {
    out.println("notification  " + one.notificationId() + ", " + one.severity());
    out.println("told          " + Quantities.instant(one.issuedAt()) + ", " + one.kind());
    out.println("about         " + one.subject());
    out.println("what          " + one.title());
    out.println("              " + one.text());
    if (!one.detail().isEmpty()) {
      out.println("detail        " + one.detail());
    }
    for (GatewayReply.NotificationDelivery each : one.deliveries()) {
      out.println(
          String.format("%-13s ", each.channel())
              + each.state()
              + (each.level() > 0 ? ", reminder " + each.level() : "")
              + (each.attempts() > 0 ? ", " + each.attempts() + " attempts" : "")
              + (each.cause().isEmpty() ? "" : ": " + each.cause()));
    }
    if (one.repeated() > 0) {
      out.println("repeated      " + one.repeated() + " times meanwhile");
    }
    out.println("why           mainstay journal explain " + one.eventId());
    if (one.acknowledgedAt() != null) {
      out.println(
          "acknowledged  "
              + Quantities.instant(one.acknowledgedAt())
              + " by "
              + one.acknowledgedBy()
              + (one.note().isEmpty() ? "" : ": " + one.note()));
    } else if (one.state().equals("unacknowledged")) {
      out.println(
          "waits         for 'mainstay notifications acknowledge "
              + one.notificationId()
              + "'"
              + (one.acknowledgeBy() == null
                  ? ""
                  : "; escalates " + Quantities.instant(one.acknowledgeBy())));
    }
  }

  /** {@code mainstay notifications list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists what people were told, newest first.")
  public static final class ListThem extends NodeQuery {
    @Option(names = "--open", description = "Only those that somebody must still acknowledge.")
    private boolean open;

    public ListThem(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this, open);
    }
  }

  /** {@code mainstay notifications show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows what people were told, and how far mail and webhook are with it.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The notification.")
    private String notificationId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      NotificationView one;
      try (MainstayClient client = node.connect()) {
        one = client.notification(notificationId);
      }
      return answer(one, () -> print(terminal.out(), one));
    }
  }

  /** {@code mainstay notifications acknowledge}. */
  @Command(
      name = "acknowledge",
      mixinStandardHelpOptions = true,
      description = {
        "Says that somebody has seen a critical notification: it does not escalate any more, and",
        "its alert is cleared. It changes nothing else."
      })
  public static final class Acknowledge extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The notification.")
    private String notificationId;

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
      NotificationView one;
      try (MainstayClient client = node.connect()) {
        one = client.acknowledgeNotification(notificationId, note);
      }
      return answer(one, () -> print(terminal.out(), one));
    }
  }
}
