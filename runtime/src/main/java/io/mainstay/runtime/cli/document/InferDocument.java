package io.mainstay.runtime.cli.document;

import io.mainstay.actors.inference.InferenceCommand;
import java.util.List;

/**
 * {@code mainstay infer}.
 *
 * @param computeMillis in the worker
 * @param totalMillis from the request to its answer, as the client saw it
 */
public record InferDocument(
    String model,
    List<Float> embedding,
    int tokens,
    String device,
    long epoch,
    int attempts,
    double computeMillis,
    double totalMillis,
    String fingerprint) {
  public InferDocument {
    embedding = List.copyOf(embedding);
  }

  /** From the node's answer and the time it took. */
  public static InferDocument of(String model, InferenceCommand.Embedded result, long totalNanos) {
    return new InferDocument(
        model,
        result.embedding(),
        result.tokens(),
        result.device(),
        result.epoch(),
        result.attempts(),
        result.computeMicros() / 1e3,
        Math.round(totalNanos / 1e3) / 1e3,
        result.fingerprint());
  }
}
