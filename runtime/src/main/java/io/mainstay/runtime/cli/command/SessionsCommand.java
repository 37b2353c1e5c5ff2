package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.FetchedOutputs;
import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay sessions}: accepted work, one of it, its results, its end. */
@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[ID | fetch ID | cancel ID | restart ID]",
    subcommands = {
      SessionsCommand.Fetch.class,
      SessionsCommand.Cancel.class,
      SessionsCommand.Restart.class
    },
    description = "Lists sessions, newest first, or shows one.")
public final class SessionsCommand extends NodeQuery {
  @Parameters(arity = "0..1", paramLabel = "ID", description = "Show this session.")
  private String sessionId;

  @Option(
      names = "--limit",
      defaultValue = "20",
      description = "Most sessions to list, 1 to 1000. Default: 20.")
  private int limit;

  public SessionsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 1000) {
      throw CliFailure.usage("--limit is " + limit, "give a number from 1 to 1000");
    }
    try (MainstayClient client = node.connect()) {
      if (sessionId == null) {
        GatewayReply.Sessions found = client.sessionList(limit);
        answer(new Lists.Sessions(found.sessions()), () -> list(found.sessions()));
        if (found.more()) {
          terminal
              .err()
              .println(
                  "mainstay: there may be more sessions: the node listed the newest "
                      + found.sessions().size()
                      + ", at most mainstay.gateway.list-max in one answer; see `mainstay journal"
                      + " list` for all");
        }
      } else {
        show(this, client.session(sessionId));
      }
    }
    return ExitCode.DONE;
  }

  private static void show(NodeQuery query, SessionView session) {
    query.answer(session, () -> SessionText.print(query.terminal.out(), session));
  }

  private void list(List<SessionView> sessions) {
    TextTable table = new TextTable("SESSION", "TEMPLATE", "STATE", "DONE", "POISONED", "ACCEPTED");
    for (SessionView session : sessions) {
      table.row(
          session.sessionId(),
          session.template(),
          session.state(),
          session.embedded() + "/" + session.documents(),
          SessionText.poisoned(session),
          Quantities.instant(session.acceptedAt()));
    }
    table.print(terminal.out(), "No sessions yet; `mainstay submit` makes one.");
  }

  /** {@code mainstay sessions fetch}: downloads the outputs. */
  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      description = "Downloads the outputs of a session.")
  public static final class Fetch extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The session.")
    private String sessionId;

    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = "Where to. Default: a directory named after the session, here.")
    private Path directory;

    public Fetch(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws IOException {
      FetchedOutputs fetched;
      try (MainstayClient client = node.connect()) {
        Path target = directory == null ? Path.of(sessionId) : directory;
        fetched = client.fetch(sessionId, target.toAbsolutePath());
      }
      List<String> names = fetched.files().stream().map(Path::toString).toList();
      if (!fetched.withheld().isEmpty()) {
        terminal
            .err()
            .println(
                "withheld: "
                    + String.join(", ", fetched.withheld())
                    + "; a person rejected them, see 'mainstay reviews --all'");
      }
      return answer(
          new Lists.Fetched(sessionId, names, fetched.withheld()),
          () -> names.forEach(terminal.out()::println));
    }
  }

  /** {@code mainstay sessions cancel}: stops the work. */
  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "Stops a session; one that is finished stays as it is.")
  public static final class Cancel extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The session.")
    private String sessionId;

    @Option(
        names = "--reason",
        defaultValue = "cancelled by its user",
        description = "Stands in the journal.")
    private String reason;

    public Cancel(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      SessionView session;
      try (MainstayClient client = node.connect()) {
        session = client.cancel(sessionId, reason);
      }
      show(this, session);
      return session.state().equals("cancelled") ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  /** {@code mainstay sessions restart}: the same work as a further attempt. */
  @Command(
      name = "restart",
      mixinStandardHelpOptions = true,
      description = {
        "Does a session's work again as a new session, which takes over what was paid for.",
        "One that still runs is cancelled once the new one is durable."
      })
  public static final class Restart extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The former session.")
    private String sessionId;

    @Option(
        names = "--from",
        paramLabel = "STEP",
        defaultValue = "-1",
        description =
            "Go on from the latest checkpoint of each batch at or below this step; 0 begins anew."
                + " Default: keep all results and checkpoints that are there.")
    private int fromStep;

    public Restart(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (fromStep < -1) {
        throw CliFailure.usage("--from is " + fromStep, "give a step, from 0, or leave it out");
      }
      GatewayReply.Restarted done;
      try (MainstayClient client = node.connect()) {
        done = client.restart(sessionId, fromStep);
      }
      Lists.Restarted document =
          new Lists.Restarted(
              done.sessionId(), done.ofSession(), done.batchesKept(), done.checkpointsKept());
      return answer(
          document,
          () ->
              terminal
                  .out()
                  .println(
                      done.sessionId()
                          + " goes on for "
                          + done.ofSession()
                          + ": "
                          + done.batchesKept()
                          + " results and "
                          + done.checkpointsKept()
                          + " checkpoints taken over"));
    }
  }
}
