package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A cascade or strategy, as the journal has it so far.
 *
 * @param kind cascade or strategy
 * @param subject what failed
 * @param causeId the escalation that it answers
 * @param limitMillis its own, for all steps together
 * @param end recovered, partly_recovered, rolled_back or stuck; empty while it runs
 * @param endedAt null while it runs
 */
record RecoveryStory(
    String recoveryId,
    String kind,
    String name,
    String subject,
    String causeId,
    long limitMillis,
    Instant begunAt,
    Instant endedAt,
    String end,
    List<Step> steps) {
  /** One step that ended, with what was seen of its effect, or why it failed. */
  record Step(String action, boolean done, String evidence, String sharedWith) {}

  RecoveryStory {
    steps = List.copyOf(steps);
  }

  boolean over() {
    return endedAt != null;
  }

  boolean recovered() {
    return end.equals("recovered") || end.equals("partly_recovered");
  }

  /** From its beginning to its end; 0 while it runs. */
  long millis() {
    return over() ? Duration.between(begunAt, endedAt).toMillis() : 0;
  }
}
