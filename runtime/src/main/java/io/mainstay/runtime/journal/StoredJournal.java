package io.mainstay.runtime.journal;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewaySettings;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.journal.Explanation;
import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.ReplayRefusedException;
import io.mainstay.persistence.journal.ReplayedState;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.document.ReplayDocument;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The journal in a data directory's database, read beside a node or without one. */
final class StoredJournal implements JournalSource {
  private final JournalReader reader;

  private StoredJournal(JournalReader reader) {
    this.reader = reader;
  }

  static StoredJournal open(Path dataDirectory) {
    return new StoredJournal(openReader(dataDirectory));
  }

  /** The reader itself, with its problem said plainly. */
  static JournalReader openReader(Path dataDirectory) {
    try {
      return JournalReader.open(dataDirectory);
    } catch (DataDirectoryProblem problem) {
      throw CliFailure.failed(problem.getMessage(), problem.remedy(), problem);
    }
  }

  @Override
  public List<GatewayReply.PersistenceIdView> persistenceIds() {
    return reader.list().stream()
        .map(
            id ->
                new GatewayReply.PersistenceIdView(
                    id.persistenceId(), id.events(), id.firstAt(), id.lastAt()))
        .toList();
  }

  @Override
  public GatewayReply.Journal page(String persistenceId, long afterOrdering, int limit) {
    List<GatewayReply.JournalLine> lines =
        (persistenceId.isEmpty()
                ? reader.tail(afterOrdering, limit).stream()
                : reader.entries(persistenceId, afterOrdering, limit).stream())
            .map(StoredJournal::line)
            .toList();
    long last = lines.isEmpty() ? afterOrdering : lines.get(lines.size() - 1).ordering();
    return new GatewayReply.Journal(lines, last, lines.size() == limit, false);
  }

  @Override
  public GatewayReply.Journal explain(String id) {
    int limit = GatewaySettings.of(ConfigFactory.load()).explainMax();
    Explanation found = reader.explain(id, limit).orElse(new Explanation(id, List.of(), false));
    List<GatewayReply.JournalLine> lines =
        found.entries().stream().map(StoredJournal::line).toList();
    long last = lines.isEmpty() ? 0 : lines.get(lines.size() - 1).ordering();
    return new GatewayReply.Journal(lines, last, false, found.truncated());
  }

  @Override
  public ReplayDocument replay(String persistenceId, long toSequenceNr) {
    long last = reader.lastSequenceNr(persistenceId);
    if (last == 0) {
      throw CliFailure.failed(
          "the journal has no events of '" + persistenceId + "'",
          "see the ids with `mainstay journal list`; quote them, they contain a |");
    }
    try {
      long to = toSequenceNr == 0 ? last : toSequenceNr;
      ReplayedState told =
          reader.replay(persistenceId, to, EntityFolds.of(ConfigFactory.load())).orElseThrow();
      return new ReplayDocument(
          told.persistenceId(),
          told.sequenceNr(),
          told.lastSequenceNr(),
          told.fromSnapshot(),
          told.snapshotsRefused(),
          told.manifest(),
          told.meta().eventId(),
          told.meta().at(),
          told.state());
    } catch (ReplayRefusedException refused) {
      throw CliFailure.failed(refused.getMessage(), refused.remedy(), refused);
    }
  }

  @Override
  public void close() {
    reader.close();
  }

  private static GatewayReply.JournalLine line(JournalEntry entry) {
    boolean readable = entry.meta() != null;
    Instant at = readable ? entry.meta().at() : entry.writtenAt();
    return new GatewayReply.JournalLine(
        entry.ordering(),
        entry.persistenceId(),
        entry.sequenceNr(),
        entry.type(),
        readable ? entry.meta().eventId() : "",
        readable ? entry.meta().causeId() : "",
        readable ? entry.meta().rootId() : "",
        at,
        entry.json().toString());
  }
}
