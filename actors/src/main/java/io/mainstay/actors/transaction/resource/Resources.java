package io.mainstay.actors.transaction.resource;

import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One domain's books, as a participant uses them. Called by the participant's actor, one call at a
 * time for each transaction; every call is idempotent and bounded in time.
 */
public interface Resources {
  /**
   * Puts it in place, so that nobody else gets it. Fails with a {@code Refusal} when that cannot
   * be, and then holds nothing.
   */
  CompletionStage<Void> hold(Claim claim);

  /** It takes effect; answers what became of it, such as {@code allocated}. */
  CompletionStage<String> confirm(Claim claim);

  /**
   * Gives it back; harmless if there is nothing.
   *
   * @param handOver leave the resource to its owner
   * @param others what other transactions hold of this participant
   */
  CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others);

  /** How long a committed one is held, from its preparing; empty for until it is released. */
  default Optional<Duration> limit(ParticipantWork work) {
    return Optional.empty();
  }

  /** What is held, and for whom. */
  record Claim(String transactionId, String owner, ParticipantWork work) {}
}
