package io.mainstay.runtime.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.journal.JournalWalk;
import io.mainstay.runtime.journal.LiveJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Items of accepted work, one document each: from the durable dispatch to the durable result, as
 * the journal has it (whole milliseconds), two of them in flight on two devices.
 */
final class DurableItems {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  private final MainstayClient client;
  private final Path scratch;
  private final BenchSettings settings;

  DurableItems(MainstayClient client, Path scratch, BenchSettings settings) {
    this.client = client;
    this.scratch = scratch;
    this.settings = settings;
  }

  void measure(BenchDocument.Builder document, int tokens, List<String> texts) throws IOException {
    session(texts, 1, settings.blockCalls());
    Timing timing = session(texts, 1, settings.blockCalls());
    document
        .figure("durableItem" + tokens + "Tokens", timing.items().figure())
        .figure("durableSessionOfOne" + tokens + "Tokens", singles(texts).figure());
  }

  /** One document after the other, each a session of its own: acceptance to outputs. */
  private Latencies singles(List<String> texts) throws IOException {
    Latencies sessions = new Latencies();
    for (int i = 0; i < settings.singleSessions(); i++) {
      SessionView view = await(submit(texts.subList(i % texts.size(), i % texts.size() + 1), 1, 1));
      sessions.recordNanos(Duration.between(view.acceptedAt(), view.finishedAt()).toNanos());
    }
    return sessions;
  }

  /**
   * One session.
   *
   * @param nanos from its plan to its last result
   */
  record Timing(Latencies items, long nanos, int documents) {}

  Timing session(List<String> texts, int batch, int documents) throws IOException {
    String id = submit(texts, batch, documents);
    SessionView view = await(id);
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
              + " documents",
          "see the node's log");
    }
    try (LiveJournal journal = LiveJournal.borrowed(client)) {
      return timing(new JournalWalk(journal).all("Session|" + id), documents);
    }
  }

  private String submit(List<String> texts, int batch, int documents) throws IOException {
    Path input = scratch.resolve("bench-" + System.nanoTime() + ".txt");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      lines.append(texts.get(i % texts.size())).append('\n');
    }
    Files.writeString(input, lines);
    return client.submit(
        Submission.of("text-embedding", input).with("batch-size", String.valueOf(batch)));
  }

  private SessionView await(String id) {
    try {
      return client.awaitSession(id, settings.sessionBound(), LOOK_INTERVAL, view -> {});
    } catch (TimeoutException e) {
      throw CliFailure.failed(e.getMessage(), "raise mainstay.runtime.wait.session", e);
    }
  }

  private static Timing timing(List<JournalLine> events, int documents) {
    Latencies items = new Latencies();
    Map<String, Instant> dispatched = new HashMap<>();
    Instant planned = null;
    Instant last = null;
    for (JournalLine line : events) {
      JsonNode event = JsonPrinter.parse(line.json());
      String range = event.path("range").toString();
      if (line.type().contains("PlanMade")) {
        planned = line.at();
      } else if (line.type().contains("BatchDispatched")) {
        dispatched.put(range, line.at());
      } else if (line.type().contains("BatchCompleted")) {
        items.recordNanos(Duration.between(dispatched.get(range), line.at()).toNanos());
        last = line.at();
      }
    }
    if (planned == null || last == null) {
      throw CliFailure.failed("the session's history has no plan or no result", "verify it");
    }
    return new Timing(items, Duration.between(planned, last).toNanos(), documents);
  }
}
