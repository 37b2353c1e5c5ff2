package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Documents per second: two one-thread workers on accepted, journaled work against two one-thread
 * callers in this process, on the same documents in the same batches, in alternating rounds.
 */
final class Throughput {
  private static final int CALLERS = 2;
  private static final int TOKENS = 32;
  private static final int TEXTS = 64;
  private static final int BATCH = 16;
  private static final int ROUNDS = 5;

  private final MainstayClient client;
  private final Path scratch;
  private final BenchSettings settings;

  Throughput(MainstayClient client, Path scratch, BenchSettings settings) {
    this.client = client;
    this.scratch = scratch;
    this.settings = settings;
  }

  void measure(
      BenchDocument.Builder document,
      ModelDescriptor model,
      TextTokenizer tokenizer,
      Terminal terminal)
      throws IOException, OrtException {
    List<String> texts = new BenchTexts().ofTokens(tokenizer, TOKENS, TEXTS);
    DurableItems sessions = new DurableItems(client, scratch, settings);
    List<Double> supervised = new ArrayList<>();
    List<Double> direct = new ArrayList<>();
    List<InProcessModel> models = new ArrayList<>();
    try (ProgressLine progress = new ProgressLine(terminal, "throughput")) {
      for (int caller = 0; caller < CALLERS; caller++) {
        models.add(new InProcessModel(model, tokenizer));
      }
      directRound(models, texts);
      sessions.session(texts, BATCH, settings.throughputDocuments());
      for (int round = 0; round < ROUNDS; round++) {
        SessionTiming timing = sessions.session(texts, BATCH, settings.throughputDocuments());
        supervised.add(timing.documents() / (timing.nanos() / 1e9));
        direct.add(settings.throughputDocuments() / (directRound(models, texts) / 1e9));
        progress.show(round + 1, ROUNDS, "rounds of each side");
      }
    } finally {
      for (InProcessModel open : models) {
        open.close();
      }
    }
    document
        .figure("throughputTwoWorkers", rates(supervised))
        .figure("throughputTwoCallersInProcess", rates(direct))
        .ratio("throughput", median(supervised), median(direct));
  }

  private long directRound(List<InProcessModel> models, List<String> texts) {
    int documents = settings.throughputDocuments();
    AtomicInteger next = new AtomicInteger();
    ExecutorService callers = Executors.newFixedThreadPool(models.size());
    try {
      long began = System.nanoTime();
      CompletableFuture<?>[] done =
          models.stream()
              .map(
                  model ->
                      CompletableFuture.runAsync(
                          () -> drain(model, texts, next, documents), callers))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(done).join();
      return System.nanoTime() - began;
    } catch (CompletionException e) {
      throw CliFailure.failed(
          "ONNX Runtime in this process failed, " + e.getCause(), "run `mainstay doctor`", e);
    } finally {
      callers.shutdownNow();
    }
  }

  private static void drain(
      InProcessModel model, List<String> texts, AtomicInteger next, int documents) {
    for (int from = next.getAndAdd(BATCH); from < documents; from = next.getAndAdd(BATCH)) {
      List<String> batch = new ArrayList<>();
      for (int i = from; i < Math.min(documents, from + BATCH); i++) {
        batch.add(texts.get(i % texts.size()));
      }
      try {
        model.embed(batch);
      } catch (OrtException e) {
        throw new CompletionException(e);
      }
    }
  }

  private static BenchDocument.Figure rates(List<Double> rates) {
    return new BenchDocument.Figure(
        round(median(rates)), round(Collections.min(rates)), "documents/s");
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
