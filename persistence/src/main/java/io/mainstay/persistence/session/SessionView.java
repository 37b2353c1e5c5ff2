package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.List;

/**
 * A session as users see it.
 *
 * @param state accepted, running, completed, failed or cancelled
 * @param documents 0 until the plan is made
 * @param embedded documents with a result so far
 * @param poisoned indexes of documents in the dead letters
 * @param replanned documents whose batch was split, whose numbers may differ in the last bits
 * @param interruptions batches that were in flight when their worker died
 * @param fingerprints distinct fingerprints of the results; more than one means a failover to a
 *     different kind
 * @param message why it failed or was cancelled, or empty
 * @param degradations what the user does not get as asked, one sentence each
 * @param checkpoints of batches, recorded so far
 * @param retried batches that took more than one attempt, by first document
 */
public record SessionView(
    String sessionId,
    String template,
    String state,
    WorkClass workClass,
    int documents,
    int embedded,
    List<Integer> poisoned,
    int replanned,
    int interruptions,
    List<String> fingerprints,
    List<BlobRef> inputs,
    List<BlobRef> outputs,
    String outputDirectory,
    Instant acceptedAt,
    Instant finishedAt,
    String code,
    String message,
    String remedy,
    List<String> degradations,
    int checkpoints,
    List<Retry> retried)
    implements WireMessage {
  /**
   * A batch that took more than one attempt.
   *
   * @param attempts see {@link SessionWork.Completed}
   */
  public record Retry(DocumentRange range, int attempts) {}

  public SessionView {
    poisoned = List.copyOf(poisoned);
    fingerprints = List.copyOf(fingerprints);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    degradations = degradations == null ? List.of() : List.copyOf(degradations);
    retried = retried == null ? List.of() : List.copyOf(retried);
  }

  /**
   * The same, with at most so many poisoned documents, and inputs, outputs and retried batches
   * each, named.
   */
  public SessionView withAtMost(int poisonedMax, int filesMax) {
    return new SessionView(
        sessionId,
        template,
        state,
        workClass,
        documents,
        embedded,
        first(poisonedMax, poisoned),
        replanned,
        interruptions,
        fingerprints,
        first(filesMax, inputs),
        first(filesMax, outputs),
        outputDirectory,
        acceptedAt,
        finishedAt,
        code,
        message,
        remedy,
        degradations,
        checkpoints,
        first(filesMax, retried));
  }

  private static <T> List<T> first(int most, List<T> all) {
    return all.subList(0, Math.min(most, all.size()));
  }

  /** True when nothing more will happen. */
  public boolean finished() {
    return finishedAt != null;
  }
}
