package io.mainstay.runtime.cli.command;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.state.ownership.OwnershipCatalog;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.StateDocument;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mainstay state}: who owns which state, what is held of it, and how it changes. */
@Command(
    name = "state",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[watch]",
    subcommands = {StateCommand.Watch.class},
    description =
        "Shows the copies that a node holds of its workers' state, and what it last told them, with"
            + " version and age.")
public final class StateCommand extends NodeQuery {
  @Option(
      names = "--owners",
      description = "Show who owns each field of shared state instead. Needs no node.")
  private boolean owners;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "",
      description = "Only what that device's worker told, such as cpu-0.")
  private String device;

  public StateCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return owners ? owners() : copies();
  }

  private int copies() {
    GatewayReply.State state;
    try (MainstayClient client = node.connect()) {
      state = client.state(device);
    }
    return answer(
        new StateDocument.Copies(
            state.copies().stream().map(StateDocument.Copy::of).toList(), state.traffic()),
        () -> print(state));
  }

  private void print(GatewayReply.State state) {
    TextTable table =
        new TextTable("SOURCE", "OWNER", "STATE", "SUBJECT", "EPOCH", "VERSION", "AGE");
    for (GatewayReply.StateCopyView copy : state.copies()) {
      table.row(
          copy.source(),
          copy.owner(),
          copy.eventType(),
          copy.subject(),
          copy.epoch(),
          copy.version(),
          Quantities.duration(Duration.ofMillis(copy.ageMillis())));
    }
    table.print(terminal.out(), "Nothing has been told yet.");
    GatewayReply.StateTraffic traffic = state.traffic();
    terminal
        .out()
        .println(
            "waiting P0 to P3 "
                + traffic.waiting()
                + ", on their way "
                + traffic.inFlight()
                + ", conflated "
                + traffic.conflated()
                + ", turned away "
                + traffic.turnedAway()
                + ", stale and not taken "
                + traffic.stale());
  }

  private int owners() {
    List<StateDocument.Owner> all =
        OwnershipCatalog.load(ConfigFactory.load()).fields().stream()
            .map(StateDocument.Owner::of)
            .toList();
    return answer(
        new StateDocument.Owners(all),
        () -> {
          TextTable table = new TextTable("DOMAIN", "OWNER", "GROUP", "FIELD", "HELD BY", "WHAT");
          for (StateDocument.Owner field : all) {
            table.row(
                field.domain(),
                field.owner(),
                field.group(),
                field.field(),
                field.type(),
                field.note().isEmpty() ? field.what() : field.what() + " (" + field.note() + ")");
          }
          table.print(terminal.out(), "Nobody owns anything.");
        });
  }

  /** {@code mainstay state watch}: the messages as they go through. */
  @Command(
      name = "watch",
      mixinStandardHelpOptions = true,
      description =
          "Prints the state messages between orchestrator and workers as they go through, until"
              + " interrupted; with -o json one document a line, named as in the state protocol.")
  public static final class Watch extends Following<GatewayReply.StateMessageView> {
    @Option(
        names = "--from-start",
        description = "Begin with the oldest message that the node still has.")
    private boolean fromStart;

    @Option(
        names = {"-n", "--messages"},
        paramLabel = "COUNT",
        defaultValue = "0",
        description = "End after so many, 1 to 1000000. Default: go on until interrupted.")
    private int count;

    public Watch(Terminal terminal) {
      super(terminal, "mainstay.state.watch-history");
    }

    @Override
    public Integer call() {
      return follow("--messages", count, fromStart);
    }

    @Override
    Page<GatewayReply.StateMessageView> page(MainstayClient client, long after, int most) {
      GatewayReply.StateMessages page = client.stateMessages(after, most);
      return new Page<>(page.messages(), page.last(), page.missed());
    }

    @Override
    void print(GatewayReply.StateMessageView view) {
      answer(
          StateDocument.Message.of(view),
          () ->
              terminal
                  .out()
                  .println(
                      view.at()
                          + " "
                          + view.priority()
                          + " "
                          + view.source()
                          + " "
                          + view.outcome()
                          + " v"
                          + view.version()
                          + " "
                          + view.json()
                          + (view.notes().isEmpty() ? "" : " " + view.notes())));
    }
  }
}
