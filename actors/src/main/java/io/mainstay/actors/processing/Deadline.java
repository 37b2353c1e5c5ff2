package io.mainstay.actors.processing;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the last picture of a session must be there. Pure: it counts from the session's id, which
 * was made when the session was accepted, so a node that was down meanwhile changes nothing.
 *
 * @param at the latest moment
 */
record Deadline(Instant at) {
  /** Of a session, if its workflow has one. */
  static Optional<Deadline> of(String sessionId, Workflow workflow) {
    long millis = millis(workflow);
    return millis > 0 && Ulid.isValid(sessionId)
        ? Optional.of(new Deadline(Ulid.instant(sessionId).plusMillis(millis)))
        : Optional.empty();
  }

  /** Time left; zero if it has passed. */
  Duration left(Instant now) {
    Duration left = Duration.between(now, at);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Why the session fails. */
  static Refusal passed(Workflow workflow) {
    return Refusal.of(
        ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
        "The workflow did not finish within its deadline of " + millis(workflow) + " ms",
        "Give it more time with the parameter deadline, fewer pictures, or fewer steps");
  }

  private static long millis(Workflow workflow) {
    return workflow instanceof Workflow.Pictures pictures ? pictures.deadlineMillis() : 0;
  }
}
