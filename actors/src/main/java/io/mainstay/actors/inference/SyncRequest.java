package io.mainstay.actors.inference;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.actors.recovery.ErrorNames;
import java.time.Duration;

/**
 * A synchronous request on its way. Immutable, but for its reply, which is given once.
 *
 * @param order of arrival; unique
 * @param deadlineNanos {@link System#nanoTime()} by which it is answered
 * @param deadline as asked, for the message
 * @param deviceId that is to compute it; empty for any
 * @param attempts workers that it was sent to
 * @param tokens null until encoded
 */
record SyncRequest(
    long order,
    TextModel model,
    String modelId,
    String text,
    long deadlineNanos,
    Duration deadline,
    String deviceId,
    int attempts,
    TokenizedBatch tokens,
    SyncReply reply) {
  SyncRequest with(TextModel ready) {
    return new SyncRequest(
        order, ready, modelId, text, deadlineNanos, deadline, deviceId, attempts, tokens, reply);
  }

  SyncRequest encoded(TokenizedBatch batch) {
    return new SyncRequest(
        order, model, modelId, text, deadlineNanos, deadline, deviceId, attempts, batch, reply);
  }

  SyncRequest nextAttempt() {
    return new SyncRequest(
        order,
        model,
        modelId,
        text,
        deadlineNanos,
        deadline,
        deviceId,
        attempts + 1,
        tokens,
        reply);
  }

  /** An attempt that never began does not count. */
  SyncRequest notSent() {
    return new SyncRequest(
        order,
        model,
        modelId,
        text,
        deadlineNanos,
        deadline,
        deviceId,
        attempts - 1,
        tokens,
        reply);
  }

  /** Whether that device may compute it. */
  boolean isFor(String device) {
    return deviceId.isEmpty() || deviceId.equals(device);
  }

  Duration timeLeft(long nowNanos) {
    return Duration.ofNanos(deadlineNanos - nowNanos);
  }

  boolean expired(long nowNanos) {
    return deadlineNanos - nowNanos <= 0;
  }

  /** Answers that the time is over. */
  void refuseLate(String where) {
    reply.refuse(
        Refusal.of(
            ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
            "The deadline of "
                + deadline.toMillis()
                + " ms passed "
                + where
                + ", attempts: "
                + attempts,
            "Ask again with a longer deadline, or when the node has less to do"));
  }
}
