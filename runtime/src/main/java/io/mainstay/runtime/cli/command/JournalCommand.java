package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.EventDocument;
import io.mainstay.runtime.cli.document.Lists;
import io.mainstay.runtime.journal.EventText;
import io.mainstay.runtime.journal.Explanation;
import io.mainstay.runtime.journal.JournalSource;
import io.mainstay.runtime.journal.JournalSources;
import io.mainstay.runtime.journal.JournalWalk;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay journal}: what happened, and why. */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list | show | tail | explain | replay | verify",
    description = "Reads the journal of a live node, or with --data of one that does not run.",
    subcommands = {
      JournalCommand.ListIds.class,
      JournalCommand.Show.class,
      JournalCommand.Tail.class,
      JournalCommand.Explain.class,
      JournalReplayCommand.class,
      JournalVerifyCommand.class
    })
public final class JournalCommand extends CommandGroup {
  private static String line(GatewayReply.JournalLine entry) {
    return entry.at()
        + " "
        + entry.persistenceId()
        + " #"
        + entry.sequenceNr()
        + " "
        + EventText.of(entry);
  }

  private static Lists.Events events(List<GatewayReply.JournalLine> lines) {
    return new Lists.Events(lines.stream().map(EventDocument::of).toList());
  }

  /** {@code mainstay journal list}: who has a history. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the persistence ids with the number of their events.")
  public static final class ListIds extends NodeQuery {
    public ListIds(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      List<GatewayReply.PersistenceIdView> ids =
          JournalSources.read(node, source -> source.persistenceIds());
      return answer(new Lists.PersistenceIds(ids), () -> table(ids));
    }

    private void table(List<GatewayReply.PersistenceIdView> ids) {
      TextTable table = new TextTable("PERSISTENCE ID", "EVENTS", "FIRST", "LAST");
      for (GatewayReply.PersistenceIdView id : ids) {
        table.row(
            id.persistenceId(),
            id.events(),
            Quantities.instant(id.first()),
            Quantities.instant(id.last()));
      }
      table.print(terminal.out(), "The journal is empty.");
    }
  }

  /** {@code mainstay journal show}: the history of one. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Prints the events of one persistence id, such as 'Session|01J...'.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "PERSISTENCE_ID", description = "See `mainstay journal list`.")
    private String persistenceId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      List<GatewayReply.JournalLine> entries =
          JournalSources.read(node, source -> new JournalWalk(source).all(persistenceId));
      if (entries.isEmpty()) {
        throw CliFailure.failed(
            "the journal has no events of '" + persistenceId + "'",
            "see the ids with `mainstay journal list`; quote them, they contain a |");
      }
      return answer(
          events(entries), () -> entries.forEach(entry -> terminal.out().println(line(entry))));
    }
  }

  /** {@code mainstay journal tail}: the latest events, and those to come. */
  @Command(
      name = "tail",
      mixinStandardHelpOptions = true,
      description = "Prints the latest events; with --follow also those to come.")
  public static final class Tail extends NodeQuery {
    private static final long FOLLOW_INTERVAL_NANOS = 300_000_000;

    @Option(
        names = {"-n", "--lines"},
        defaultValue = "20",
        description = "How many, 0 to 10000. Default: 20.")
    private int lines;

    @Option(
        names = {"-f", "--follow"},
        description = "Go on until interrupted.")
    private boolean follow;

    public Tail(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (lines < 0 || lines > 10_000) {
        throw CliFailure.usage("--lines is " + lines, "give a number from 0 to 10000");
      }
      try (JournalSource source = JournalSources.open(node)) {
        JournalWalk walk = new JournalWalk(source);
        long after = walk.forEach("", walk.nearEnd(lines), this::print);
        while (follow && !Thread.currentThread().isInterrupted()) {
          LockSupport.parkNanos(FOLLOW_INTERVAL_NANOS);
          after = walk.forEach("", after, this::print);
        }
      }
      return ExitCode.DONE;
    }

    private void print(GatewayReply.JournalLine entry) {
      answer(EventDocument.of(entry), () -> terminal.out().println(line(entry)));
    }
  }

  /** {@code mainstay journal explain}: why something happened. */
  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      description = "Prints the causal chain of an event, a session or a persistence id.")
  public static final class Explain extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "An event's id, a session's, or a persistence id.")
    private String id;

    public Explain(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      GatewayReply.Journal explanation = JournalSources.read(node, source -> source.explain(id));
      List<GatewayReply.JournalLine> chain = explanation.entries();
      if (chain.isEmpty()) {
        throw CliFailure.failed(
            "the journal has nothing about '" + id + "'",
            "take an id from `mainstay sessions`, `journal list` or `journal tail`");
      }
      answer(events(chain), () -> new Explanation(chain).print(terminal.out()));
      if (explanation.truncated()) {
        terminal
            .err()
            .println(
                "mainstay: the chain is longer: "
                    + chain.size()
                    + " events are told, as mainstay.gateway.explain-max says; explain one event"
                    + " of it for the rest");
      }
      return ExitCode.DONE;
    }
  }
}
