package io.mainstay.runtime.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.journal.JournalWalk;
import io.mainstay.runtime.journal.LiveJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * What a finished session's history says about its time, in the journal's whole milliseconds.
 *
 * @param items from the durable dispatch of each batch to its durable result
 * @param nanos from its plan to its last result
 * @param documents with a result
 * @param checkpoints of its batches
 */
record SessionTiming(Latencies items, long nanos, int documents, int checkpoints) {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  /** Waits for the session, which must end with a result for every document. */
  static SessionTiming await(MainstayClient client, String id, int documents, Duration bound) {
    SessionView view = finished(client, id, bound);
    if (view.embedded() != documents) {
      throw CliFailure.failed(
          "session "
              + id
              + " is "
              + view.state()
              + " with "
              + view.embedded()
              + " of "
              + documents
              + " results "
              + view.message(),
          "see the node's log");
    }
    try (LiveJournal journal = LiveJournal.borrowed(client)) {
      return of(new JournalWalk(journal).all("Session|" + id), documents);
    }
  }

  /** The session once it has ended, whatever became of it. */
  static SessionView finished(MainstayClient client, String id, Duration bound) {
    try {
      return client.awaitSession(id, bound, LOOK_INTERVAL, view -> {});
    } catch (TimeoutException e) {
      throw CliFailure.failed(e.getMessage(), "raise mainstay.runtime.wait.session", e);
    }
  }

  private static SessionTiming of(List<JournalLine> events, int documents) {
    Latencies items = new Latencies();
    Map<String, Instant> dispatched = new HashMap<>();
    Instant planned = null;
    Instant last = null;
    int checkpoints = 0;
    for (JournalLine line : events) {
      JsonNode event = JsonPrinter.parse(line.json());
      String range = event.path("range").toString();
      if (line.type().contains("PlanMade")) {
        planned = line.at();
      } else if (line.type().contains("BatchDispatched")) {
        dispatched.put(range, line.at());
      } else if (line.type().contains("BatchCheckpointed")) {
        checkpoints++;
      } else if (line.type().contains("BatchCompleted")) {
        items.recordNanos(Duration.between(dispatched.get(range), line.at()).toNanos());
        last = line.at();
      }
    }
    if (planned == null || last == null) {
      throw CliFailure.failed("the session's history has no plan or no result", "verify it");
    }
    return new SessionTiming(
        items, Duration.between(planned, last).toNanos(), documents, checkpoints);
  }
}
