package io.mainstay.runtime.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.journal.JournalWalk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One session followed through the journal, which is ahead of what the busy session itself has time
 * to answer: how far it is, and whose batches are on a worker at this moment. A dispatch opens a
 * batch, its result or interruption closes it. Not thread-safe.
 */
final class Dispatches {
  private static final Set<String> ENDS =
      Set.of("WorkflowCompleted", "WorkflowFailed", "WorkflowCancelled");

  private final JournalWalk walk;
  private final String persistenceId;
  private final Map<String, Long> openEpochByRange = new LinkedHashMap<>();
  private long afterOrdering;
  private int documents;
  private int embedded;
  private boolean ended;

  Dispatches(JournalWalk walk, String sessionId) {
    this.walk = walk;
    this.persistenceId = "Session|" + sessionId;
  }

  /** Reads what is new. */
  Dispatches look() {
    afterOrdering = walk.forEach(persistenceId, afterOrdering, this::follow);
    return this;
  }

  /** Of the plan; 0 until it is made. */
  int documents() {
    return documents;
  }

  /** Documents with a result. */
  int embedded() {
    return embedded;
  }

  /** Nothing more will happen. */
  boolean ended() {
    return ended;
  }

  /** The worker that got the latest batch without a result, if any. */
  Optional<Long> latestOpenEpoch() {
    return openEpochByRange.values().stream().reduce((earlier, later) -> later);
  }

  private void follow(JournalLine line) {
    JsonNode event = JsonPrinter.parse(line.json());
    JsonNode range = event.path("range");
    if (line.type().equals("BatchDispatched")) {
      openEpochByRange.put(range.toString(), event.path("epoch").asLong());
    } else if (event.has("range")) {
      openEpochByRange.remove(range.toString());
    }
    if (line.type().equals("BatchCompleted")) {
      embedded += range.path("to").asInt() - range.path("from").asInt();
    } else if (line.type().equals("PlanMade")) {
      documents = event.path("documents").asInt();
    }
    ended |= ENDS.contains(line.type());
  }
}
