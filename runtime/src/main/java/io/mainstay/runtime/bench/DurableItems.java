package io.mainstay.runtime.bench;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Items of accepted work, one document each: from the durable dispatch to the durable result, as
 * the journal has it (whole milliseconds), two of them in flight on two devices.
 */
final class DurableItems {
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
    SessionTiming timing = session(texts, 1, settings.blockCalls());
    document
        .figure("durableItem" + tokens + "Tokens", timing.items().figure())
        .figure("durableSessionOfOne" + tokens + "Tokens", singles(texts).figure());
  }

  /** One document after the other, each a session of its own: acceptance to outputs. */
  private Latencies singles(List<String> texts) throws IOException {
    Latencies sessions = new Latencies();
    for (int i = 0; i < settings.singleSessions(); i++) {
      String id = submit(texts.subList(i % texts.size(), i % texts.size() + 1), 1, 1);
      SessionView view = SessionTiming.finished(client, id, settings.sessionBound());
      sessions.recordNanos(Duration.between(view.acceptedAt(), view.finishedAt()).toNanos());
    }
    return sessions;
  }

  SessionTiming session(List<String> texts, int batch, int documents) throws IOException {
    return SessionTiming.await(
        client, submit(texts, batch, documents), documents, settings.sessionBound());
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
}
