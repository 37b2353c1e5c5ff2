package io.mainstay.runtime.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewaySettings;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.session.SessionSettings;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.journal.JournalSource;
import io.mainstay.runtime.journal.JournalSources;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * How long the journal takes to say why, and what an entity was at some event, when it is long: on
 * the node's side, and as a command without a node does it, the opening included.
 */
public final class WhyBench {
  private static final long SEED = 4;

  private final Terminal terminal;
  private final BenchSettings settings;

  public WhyBench(Terminal terminal, BenchSettings settings) {
    this.terminal = terminal;
    this.settings = settings;
  }

  /**
   * Runs it.
   *
   * @param events of the journal, at least
   */
  public BenchDocument run(long events) throws IOException {
    Config config = ConfigFactory.load();
    try (ScratchDirectory scratch = ScratchDirectory.create("why")) {
      Path data = scratch.path().resolve("data");
      try (DataDirectory directory = DataDirectory.open(data);
          Database database = Database.open(directory, DatabaseSettings.of(config))) {
        return measure(config, data, database, events);
      } catch (DataDirectoryProblem problem) {
        throw CliFailure.failed(problem.getMessage(), problem.remedy(), problem);
      }
    }
  }

  private BenchDocument measure(Config config, Path data, Database database, long events) {
    EntityFolds folds = EntityFolds.of(config);
    SessionSettings sessions = SessionSettings.of(config);
    LongJournal journal =
        new LongJournal(database, folds, sessions.snapshotEvery(), sessions.snapshotsKept());
    long began = System.nanoTime();
    try (ProgressLine progress = new ProgressLine(terminal, "why")) {
      journal.write(events, rows -> progress.show(rows, events, "events"));
    }
    long buildMillis = (System.nanoTime() - began) / 1_000_000;
    int limit = GatewaySettings.of(config).explainMax();
    BenchDocument.Builder document = new BenchDocument.Builder("why");
    Questions questions = new Questions(journal);
    node(database, folds, limit, questions);
    questions.forget();
    node(database, folds, limit, questions);
    questions.figures(document, "");
    questions.forget();
    stored(data, questions);
    questions.forget();
    stored(data, questions);
    questions.figures(document, "Offline");
    return document
        .count("events", journal.events())
        .count("entities", journal.sessions().size() + 1L)
        .count("largestEntityEvents", journal.device().events())
        .count("buildMillis", buildMillis)
        .count("above100Millis", questions.slow)
        .build(settings.whyQueries());
  }

  /** As the gateway's desk does it: a reader for each request. */
  private void node(Database database, EntityFolds folds, int limit, Questions questions) {
    for (int i = 0; i < settings.whyQueries(); i++) {
      Questions.Ask ask = questions.next();
      questions.session(
          () -> {
            try (JournalReader reader = JournalReader.of(database)) {
              return reader.explain(ask.session().sessionId(), limit).orElseThrow();
            }
          });
      String eventId = eventId(database, ask);
      questions.event(
          () -> {
            try (JournalReader reader = JournalReader.of(database)) {
              return reader.explain(eventId, limit).orElseThrow();
            }
          });
      questions.replay(
          () -> {
            try (JournalReader reader = JournalReader.of(database)) {
              return reader
                  .replay(ask.session().persistenceId(), ask.sequenceNr(), folds)
                  .orElseThrow();
            }
          });
      questions.history(
          () -> {
            try (JournalReader reader = JournalReader.of(database)) {
              return reader
                  .replay(ask.device().persistenceId(), ask.deviceSequenceNr(), folds)
                  .orElseThrow();
            }
          });
    }
  }

  private static String eventId(Database database, Questions.Ask ask) {
    try (JournalReader reader = JournalReader.of(database)) {
      return reader
          .entry(ask.session().persistenceId(), ask.sequenceNr())
          .orElseThrow()
          .meta()
          .eventId();
    }
  }

  /** As a command with {@code --data} does it: the database is opened for each question. */
  private void stored(Path data, Questions questions) {
    for (int i = 0; i < settings.whyQueries(); i++) {
      Questions.Ask ask = questions.next();
      String[] eventId = new String[1];
      questions.session(
          () -> {
            try (JournalSource source = JournalSources.stored(data)) {
              GatewayReply.Journal told = source.explain(ask.session().sessionId());
              eventId[0] = told.entries().get(0).eventId();
              return told;
            }
          });
      questions.event(
          () -> {
            try (JournalSource source = JournalSources.stored(data)) {
              return source.explain(eventId[0]);
            }
          });
      questions.replay(
          () -> {
            try (JournalSource source = JournalSources.stored(data)) {
              return source.replay(ask.session().persistenceId(), ask.sequenceNr());
            }
          });
      questions.history(
          () -> {
            try (JournalSource source = JournalSources.stored(data)) {
              return source.replay(ask.device().persistenceId(), ask.deviceSequenceNr());
            }
          });
    }
  }

  /** Random questions, the same in every run, and how long their answers took. */
  private static final class Questions {
    /** About one event of a session, and one of the device. */
    record Ask(
        LongJournal.Written session,
        long sequenceNr,
        LongJournal.Written device,
        long deviceSequenceNr) {}

    /** Something to wait for. */
    @FunctionalInterface
    interface Question {
      Object answer();
    }

    private final Random random = new Random(SEED);
    private final List<LongJournal.Written> sessions;
    private final LongJournal.Written device;
    private Latencies explainSession = new Latencies();
    private Latencies explainEvent = new Latencies();
    private Latencies replaySession = new Latencies();
    private Latencies replayDevice = new Latencies();
    private long slow;

    Questions(LongJournal journal) {
      this.sessions = journal.sessions();
      this.device = journal.device();
    }

    Ask next() {
      LongJournal.Written session = sessions.get(random.nextInt(sessions.size()));
      return new Ask(
          session,
          1 + random.nextInt((int) session.events()),
          device,
          1 + random.nextInt((int) device.events()));
    }

    void session(Question question) {
      time(explainSession, question);
    }

    void event(Question question) {
      time(explainEvent, question);
    }

    void replay(Question question) {
      time(replaySession, question);
    }

    void history(Question question) {
      time(replayDevice, question);
    }

    private static void time(Latencies latencies, Question question) {
      long began = System.nanoTime();
      if (question.answer() == null) {
        throw new IllegalStateException("no answer");
      }
      latencies.recordNanos(System.nanoTime() - began);
    }

    /** What was measured until now was warm-up, or is told already. */
    void forget() {
      explainSession = new Latencies();
      explainEvent = new Latencies();
      replaySession = new Latencies();
      replayDevice = new Latencies();
    }

    void figures(BenchDocument.Builder document, String suffix) {
      document
          .figure("explainSession" + suffix, explainSession.figure())
          .figure("explainEvent" + suffix, explainEvent.figure())
          .figure("replaySession" + suffix, replaySession.figure())
          .figure("replayDevice" + suffix, replayDevice.figure());
      for (Latencies each : List.of(explainSession, explainEvent, replaySession, replayDevice)) {
        slow += each.countAbove(100);
      }
    }
  }
}
