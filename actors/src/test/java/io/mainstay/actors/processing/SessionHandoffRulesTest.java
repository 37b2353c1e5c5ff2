package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.degradation.DeviceLimits;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionHandoffRulesTest {
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0YA";
  private static final Instant ACCEPTED = io.mainstay.persistence.identity.Ulid.instant(SESSION);
  private static final long MINUTE = 60_000;

  private static Restrictions off(Operation... off) {
    Restrictions none = Restrictions.NONE;
    return new Restrictions(
        Set.of("test"),
        none.work(),
        none.models(),
        none.inference(),
        new DeviceLimits(1, Set.of()),
        none.memory(),
        none.safety(),
        Set.of(off),
        Set.of("m"));
  }

  private static SessionWork.Run run(Workflow workflow, WorkClass workClass, String standIn) {
    return new SessionWork.Run(
        SESSION,
        new SessionWork.Remaining(
            workflow, standIn, List.of(), workClass, "", 1, List.of(), List.of(), List.of(), false),
        null);
  }

  private static SessionWork.Run picture(WorkClass workClass, String standIn) {
    return run(
        new Workflow.TextToImage("m", 1, 64, 64, 5, 5, "ddim", null, "", List.of(), MINUTE),
        workClass,
        standIn);
  }

  private static Optional<Handoff> way(
      Restrictions modes, SessionWork.Run run, boolean tried, long afterMillis) {
    return SessionHandoff.of(modes, run, tried, ACCEPTED.plus(Duration.ofMillis(afterMillis)));
  }

  @Test
  void withoutAReason_everythingGoesOn() {
    Restrictions modes = off(Operation.BATCH_PROCESSING, Operation.MODEL_DEPENDENT_INFERENCE);
    SessionWork.Run other = run(new Workflow.TextEmbedding("other", 1), WorkClass.STANDARD, "");
    assertEquals(Optional.empty(), way(modes, other, false, 0));
    assertEquals(
        Optional.empty(),
        way(modes, picture(WorkClass.STANDARD, "stand-in"), false, 0),
        "what stands in for it is not isolated");
  }

  @Test
  void batches_wait_untilTheirDeadline() {
    Restrictions modes = off(Operation.BATCH_PROCESSING);
    SessionWork.Run batch = picture(WorkClass.BATCH, "");
    assertEquals(Optional.of(Handoff.OPERATION_DEFERRAL), way(modes, batch, false, MINUTE - 1));
    assertEquals(Optional.of(Handoff.OPERATION_CANCELLATION), way(modes, batch, false, MINUTE));
    SessionWork.Run patient = run(new Workflow.TextEmbedding("x", 1), WorkClass.BATCH, "");
    assertEquals(
        Optional.of(Handoff.OPERATION_DEFERRAL), way(modes, patient, false, 1_000 * MINUTE));
  }

  @Test
  void isolatedModel_isReplacedFirst_thenWaitedFor() {
    Restrictions modes = off(Operation.MODEL_DEPENDENT_INFERENCE);
    SessionWork.Run picture = picture(WorkClass.STANDARD, "");
    assertEquals(Optional.of(Handoff.OPERATION_SIMPLIFICATION), way(modes, picture, false, 0));
    assertEquals(Optional.of(Handoff.OPERATION_DEFERRAL), way(modes, picture, true, 0));
    SessionWork.Run text = run(new Workflow.TextEmbedding("m", 1), WorkClass.STANDARD, "");
    assertEquals(Optional.of(Handoff.OPERATION_DEFERRAL), way(modes, text, false, 0));
    assertEquals(Optional.empty(), way(off(), text, false, 0), "by its name alone");
  }
}
