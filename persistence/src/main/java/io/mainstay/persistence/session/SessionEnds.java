package io.mainstay.persistence.session;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEvent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/**
 * Tells from the journal alone whether a session is over, without waking its entity. Thread-safe;
 * blocks, so keep it off actor threads.
 */
public final class SessionEnds {
  /** How far a session is. */
  public enum Stage {
    /** The journal has no event of it: it is not accepted, or not yet. */
    ABSENT,
    /** Accepted, and there is work to do. */
    OPEN,
    /** Completed, failed or cancelled: nothing more will happen. */
    FINISHED
  }

  private final Database database;

  /** Reads the node's journal. */
  public SessionEnds(Database database) {
    this.database = database;
  }

  /** The stage that the session's last event leads to; an event that is not understood is work. */
  public Stage stage(String sessionId) {
    return database.read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT event_ser_manifest FROM journal WHERE persistence_id = ?"
                      + " ORDER BY sequence_number DESC LIMIT 1")) {
            select.setString(1, Sessions.TYPE + "|" + sessionId);
            try (ResultSet row = select.executeQuery()) {
              return row.next() ? stageAfter(row.getString(1)) : Stage.ABSENT;
            }
          }
        });
  }

  static Stage stageAfter(String manifest) {
    Class<? extends JournalEvent> last =
        EventManifests.current().classOf(manifest).orElse(JournalEvent.class);
    boolean finished =
        last == SessionEvent.WorkflowCompleted.class
            || last == SessionEvent.WorkflowFailed.class
            || last == SessionEvent.WorkflowCancelled.class;
    return finished ? Stage.FINISHED : Stage.OPEN;
  }
}
