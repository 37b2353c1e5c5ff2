package io.mainstay.actors.processing;

import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.WorkPriority;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import java.time.Instant;
import java.util.Optional;

/**
 * What becomes of an accepted session while modes hold. Pure. A batch waits where batches are off.
 * A session whose model is not used goes on with what stands in for it, and waits if nothing does.
 * One whose deadline passes while it waits is ended, by its runner, which gives back what it has.
 */
final class SessionHandoff {
  private SessionHandoff() {}

  /**
   * The way of it; empty if it goes on as it is.
   *
   * @param tried whether something to stand in for its model was looked for under these modes
   */
  static Optional<Handoff> of(Restrictions modes, SessionWork.Run run, boolean tried, Instant now) {
    SessionWork.Remaining work = run.remaining();
    boolean classOff =
        WorkPriority.ofOffered(work.workClass()) == WorkPriority.LOW
            && modes.isOff(Operation.BATCH_PROCESSING);
    boolean modelOff = modelOff(modes, work);
    if (!classOff && !modelOff) {
      return Optional.empty();
    }
    boolean simpler = !classOff && work.workflow() instanceof Workflow.TextToImage && !tried;
    boolean waits =
        Deadline.of(run.sessionId(), work.workflow())
            .map(deadline -> !deadline.left(now).isZero())
            .orElse(true);
    return Optional.of(
        Handoff.decide(
            modelOff
                ? Handoff.Trigger.DOMAIN_FAILURE_DETECTION
                : Handoff.Trigger.DOMAIN_RESOURCE_EXHAUSTION,
            new Handoff.Situation(false, simpler, waits)));
  }

  /** Whether a mode keeps the model from being used that the session is worked on with. */
  static boolean modelOff(Restrictions modes, SessionWork.Remaining work) {
    return model(work)
        .filter(id -> modes.isOff(Operation.MODEL_DEPENDENT_INFERENCE, id))
        .isPresent();
  }

  private static Optional<String> model(SessionWork.Remaining work) {
    if (!work.standIn().isEmpty()) {
      return Optional.of(work.standIn());
    }
    if (work.workflow() instanceof Workflow.TextToImage image) {
      return Optional.of(image.model());
    }
    return work.workflow() instanceof Workflow.TextEmbedding text
        ? Optional.of(text.model())
        : Optional.empty();
  }
}
