package io.mainstay.runtime.chaos;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.demo.Corpus;
import io.mainstay.runtime.demo.Embeddings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Work that a node accepted while it was disturbed, and what became of each document. Thread-safe.
 */
final class ChaosWork {
  private static final int TEXTS = 120;
  private static final int FEW = 4;
  private static final List<String> PROMPTS =
      List.of("a red circle on a blue background", "a green square on a white background");

  private final MainstayClient client;
  private final Path files;
  private final Path texts;
  private final Path prompts;
  private final Path few;

  /** Accepted sessions, with the documents of each. */
  private final Map<String, Accepted> accepted = new ConcurrentHashMap<>();

  private record Accepted(String template, int documents) {}

  ChaosWork(MainstayClient client, Path files) throws IOException {
    this.client = client;
    this.files = files;
    List<String> lines = Corpus.lines(Corpus.writeTo(files));
    this.texts = Files.write(files.resolve("texts.txt"), lines.subList(0, TEXTS));
    this.few = Files.write(files.resolve("few.txt"), lines.subList(0, FEW));
    this.prompts = Files.write(files.resolve("prompts.txt"), PROMPTS);
  }

  /**
   * What became of it.
   *
   * @param sessions accepted
   * @param documents of all of them
   * @param completed sessions that did all they were asked
   * @param lost documents without a result, those put aside as poison not counted
   * @param duplicated documents with more than one result
   */
  record Account(
      int sessions,
      int documents,
      int completed,
      int lost,
      int duplicated,
      List<String> incomplete) {}

  /** Texts to embed, many small batches. */
  Submission texts() {
    return texts("8");
  }

  /** The same in batches of that size. */
  Submission texts(String batchSize) {
    return Submission.of("text-embedding", texts).with("batch-size", batchSize);
  }

  /** Two small pictures to draw. */
  Submission pictures() {
    return Submission.of("text-to-image", prompts)
        .with("steps", "8")
        .with("batch-size", "1")
        .with("width", "64")
        .with("height", "64");
  }

  /** Submits texts; the node has accepted them when this returns. */
  String submitTexts() throws IOException {
    return submit(texts(), TEXTS);
  }

  /** Submits a few texts; the node has accepted them when this returns. */
  String submitFew() throws IOException {
    return submit(Submission.of("text-embedding", few), FEW);
  }

  /** Submits pictures; the node has accepted them when this returns. */
  String submitPictures() throws IOException {
    return submit(pictures(), PROMPTS.size());
  }

  /** Submits anything; it counts as accepted work from here on. */
  String submit(Submission submission, int documents) throws IOException {
    String sessionId = client.submit(submission);
    accepted.put(sessionId, new Accepted(submission.template(), documents));
    return sessionId;
  }

  /** Accepted so far. */
  int sessions() {
    return accepted.size();
  }

  /** Whether all accepted sessions are over. */
  boolean isOver() {
    return accepted.keySet().stream().allMatch(id -> client.session(id).finished());
  }

  /**
   * Waits for all of it and counts.
   *
   * @param bound for all together; what is not done then is lost
   */
  Account settle(Duration bound) throws IOException {
    long end = System.nanoTime() + bound.toNanos();
    int documents = 0;
    int completed = 0;
    int lost = 0;
    int duplicated = 0;
    List<String> incomplete = new ArrayList<>();
    for (Map.Entry<String, Accepted> one : accepted.entrySet()) {
      Accepted asked = one.getValue();
      documents += asked.documents();
      SessionView view = finished(one.getKey(), Duration.ofNanos(end - System.nanoTime()));
      if (!view.state().equals("completed")) {
        lost += asked.documents() - view.poisoned().size();
        incomplete.add(
            "%s %s (%s): %s %s"
                .formatted(
                    one.getKey(), view.state(), asked.template(), view.code(), view.message()));
        continue;
      }
      int[] counts = counted(view, asked);
      completed += counts[0] == 0 && counts[1] == 0 ? 1 : 0;
      lost += counts[0];
      duplicated += counts[1];
    }
    return new Account(accepted.size(), documents, completed, lost, duplicated, incomplete);
  }

  private SessionView finished(String sessionId, Duration left) {
    try {
      return client.awaitSession(
          sessionId, left.isNegative() ? Duration.ZERO : left, Duration.ofMillis(100), view -> {});
    } catch (TimeoutException late) {
      return client.session(sessionId);
    }
  }

  /** Documents lost and duplicated, by what the session wrote. */
  private int[] counted(SessionView view, Accepted asked) throws IOException {
    Path out = files.resolve("out-" + view.sessionId());
    if (asked.template().equals("text-embedding")) {
      client.fetch(view.sessionId(), out);
      Embeddings found = Embeddings.read(out.resolve("embeddings.jsonl"));
      int lost = 0;
      int duplicated = 0;
      for (int index = 0; index < asked.documents(); index++) {
        int times = found.of(index).size();
        lost += times == 0 && !view.poisoned().contains(index) ? 1 : 0;
        duplicated += times > 1 ? 1 : 0;
      }
      return new int[] {lost, duplicated};
    }
    // A picture that the safety gate withholds is a result too; the manifest counts them all.
    int results = view.embedded() + view.poisoned().size();
    return new int[] {
      Math.max(0, asked.documents() - results), Math.max(0, results - asked.documents())
    };
  }
}
