package io.mainstay.runtime.bench;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.CauseIndex;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.JournalEventSerializer;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A journal of many events, written as entities write it: real events through the journal's own
 * serializer, with their causes and snapshots, but many rows in one transaction. Sessions of three
 * sizes, and a device whose deaths interrupt some of their batches.
 */
final class LongJournal {
  /** One entity of it. */
  record Written(String persistenceId, String sessionId, long events) {}

  /** Batches of the sessions, in turn: most are small, some are large. */
  private static final int[] BATCHES = {10, 10, 10, 50, 50, 50, 50, 200, 200, 1200};

  private static final int TRANSACTION_ROWS = 20_000;
  private static final int INTERRUPTED_EVERY = 20;
  private static final String DEVICE = "Device|n1:cpu-0";
  private static final String HASH = "0".repeat(64);

  private final Database database;
  private final EntityFolds folds;
  private final int snapshotEvery;
  private final int snapshotsKept;
  private final EventStamper stamper = EventStamper.system();
  private final JournalEventSerializer serializer = new JournalEventSerializer();
  private final List<Written> sessions = new ArrayList<>();
  private final Entity device;
  private PreparedStatement insertEvent;
  private PreparedStatement insertSnapshot;
  private PreparedStatement dropSnapshot;
  private long rows;
  private long batchesDone;

  LongJournal(Database database, EntityFolds folds, int snapshotEvery, int snapshotsKept) {
    this.database = database;
    this.folds = folds;
    this.snapshotEvery = snapshotEvery;
    this.snapshotsKept = snapshotsKept;
    this.device = new Entity(DEVICE);
  }

  /** Writes that many events at least, and their index. */
  void write(long events, LongConsumer progress) {
    while (rows < events) {
      long until = Math.min(events, rows + TRANSACTION_ROWS);
      database.writeDerived(
          connection -> {
            try (PreparedStatement event = connection.prepareStatement(EVENT);
                PreparedStatement snapshot = connection.prepareStatement(SNAPSHOT);
                PreparedStatement drop = connection.prepareStatement(DROP)) {
              insertEvent = event;
              insertSnapshot = snapshot;
              dropSnapshot = drop;
              while (rows < until) {
                session(BATCHES[sessions.size() % BATCHES.length]);
              }
              event.executeBatch();
            }
            return null;
          });
      progress.accept(rows);
    }
    database.writeDerived(LongJournal::analyze);
    new CauseIndex(database).reindex(TRANSACTION_ROWS);
  }

  private static final String EVENT =
      "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
          + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
          + " VALUES (?, ?, 'bench', ?, '', ?, ?, ?)";
  private static final String SNAPSHOT =
      "INSERT INTO snapshots(persistence_id, sequence_number, created, snapshot_ser_id,"
          + " snapshot_ser_manifest, snapshot_payload) VALUES (?, ?, ?, ?, ?, ?)";
  private static final String DROP =
      "DELETE FROM snapshots WHERE persistence_id = ? AND sequence_number <= ?";

  long events() {
    return rows;
  }

  List<Written> sessions() {
    return List.copyOf(sessions);
  }

  Written device() {
    return new Written(DEVICE, "", device.sequenceNr);
  }

  private void session(int batches) throws SQLException {
    String id = stamper.nextId();
    Entity session = new Entity("Session|" + id);
    EventMeta accepted = stamper.root();
    session.append(
        new SessionEvent.WorkflowAccepted(
            accepted,
            id,
            new Workflow.TextEmbedding("bench", 8),
            List.of(new BlobRef("in.txt", HASH, 1000)),
            WorkClass.BATCH,
            "",
            "bench"));
    EventMeta plan = stamper.causedBy(accepted);
    session.append(new SessionEvent.PlanMade(plan, batches * 8, 8));
    EventMeta last = plan;
    for (int i = 0; i < batches; i++) {
      DocumentRange range = new DocumentRange(i * 8, i * 8 + 8);
      EventMeta dispatched = stamper.causedBy(plan);
      session.append(new SessionEvent.BatchDispatched(dispatched, range, "cpu-0", 1, 1));
      if (++batchesDone % INTERRUPTED_EVERY == 0) {
        dispatched = interrupted(session, range);
      }
      last = stamper.causedBy(dispatched);
      session.append(new SessionEvent.BatchCompleted(last, range, HASH, "bench", "cpu-0", 1, 1000));
    }
    EventMeta written = stamper.causedBy(last);
    session.append(new SessionEvent.OutputsWritten(written, List.of(), List.of()));
    session.append(new SessionEvent.WorkflowCompleted(stamper.causedBy(written), batches * 8, 0));
    sessions.add(new Written(session.persistenceId, id, session.sequenceNr));
  }

  private EventMeta interrupted(Entity session, DocumentRange range) throws SQLException {
    EventMeta death = stamper.root();
    device.append(
        new DeviceEvent.WorkerDied(
            death, device.sequenceNr, 2, "killed", "exit", -1, 9, "", "", 1, ""));
    EventMeta interruption = stamper.causedBy(death);
    session.append(
        new SessionEvent.BatchInterrupted(interruption, range, "cpu-0", 1, 1, "killed", 0));
    EventMeta again = stamper.causedBy(interruption);
    session.append(new SessionEvent.BatchDispatched(again, range, "cpu-0", 2, 2));
    return again;
  }

  private static Void analyze(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
    return null;
  }

  /** One entity as it grows. */
  private final class Entity {
    private final String persistenceId;
    private final EntityFold<?> fold;
    private JournalEvent state;
    private long sequenceNr;

    Entity(String persistenceId) {
      this.persistenceId = persistenceId;
      this.fold = folds.of(persistenceId).orElseThrow();
      this.state = fold.empty();
    }

    void append(CausedEvent event) throws SQLException {
      sequenceNr++;
      rows++;
      state = fold.after(state, event);
      insertEvent.setString(1, persistenceId);
      insertEvent.setLong(2, sequenceNr);
      insertEvent.setLong(3, event.meta().at().toEpochMilli());
      insertEvent.setInt(4, JournalEventSerializer.IDENTIFIER);
      insertEvent.setString(5, serializer.manifest(event));
      insertEvent.setBytes(6, serializer.toBinary(event));
      insertEvent.addBatch();
      if (rows % 1000 == 0) {
        insertEvent.executeBatch();
      }
      if (sequenceNr % snapshotEvery == 0) {
        snapshot();
      }
    }

    private void snapshot() throws SQLException {
      insertSnapshot.setString(1, persistenceId);
      insertSnapshot.setLong(2, sequenceNr);
      insertSnapshot.setLong(3, System.currentTimeMillis());
      insertSnapshot.setInt(4, JournalEventSerializer.IDENTIFIER);
      insertSnapshot.setString(5, serializer.manifest(state));
      insertSnapshot.setBytes(6, serializer.toBinary(state));
      insertSnapshot.executeUpdate();
      dropSnapshot.setString(1, persistenceId);
      dropSnapshot.setLong(2, sequenceNr - (long) snapshotEvery * snapshotsKept);
      dropSnapshot.executeUpdate();
    }
  }
}
