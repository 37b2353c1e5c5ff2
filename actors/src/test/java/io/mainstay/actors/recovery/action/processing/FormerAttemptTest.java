package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionProtocol.Restartable;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormerAttemptTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final EventMeta ACCEPTED = EventMeta.root("01JD0000000000000000000001", AT);
  private static final EventMeta BECAUSE = ACCEPTED.causes("01JD0000000000000000000002", AT);

  @ParameterizedTest
  @ValueSource(strings = {"accepted", "running", "completed", "cancelled"})
  void sessionThatDidNotFail_isNotTriedAgain(String state) {
    assertEquals(FormerAttempt.NOT_FAILED, FormerAttempt.of(session("A", state, ACCEPTED)));
    assertEquals(FormerAttempt.NOT_FAILED, FormerAttempt.of(session("A", state, BECAUSE)));
  }

  @Test
  void sessionThatFailed_isTriedOnce() {
    assertEquals(FormerAttempt.FAILED, FormerAttempt.of(session("A", "failed", ACCEPTED)));
    assertEquals(FormerAttempt.FAILED_TWICE, FormerAttempt.of(session("B", "failed", BECAUSE)));
  }

  @Test
  void successor_isTheOneThatWasAcceptedBecauseOfIt() {
    Restartable former = session("A", "failed", ACCEPTED);
    Restartable next = session("B", "running", BECAUSE);
    Restartable later = session("C", "running", BECAUSE.causes("01JD0000000000000000000003", AT));
    assertEquals(Optional.of(next.view()), FormerAttempt.successor(former, List.of(later, next)));
    assertEquals(Optional.empty(), FormerAttempt.successor(former, List.of(later)));
    assertEquals(Optional.empty(), FormerAttempt.successor(former, List.of()));
  }

  private static Restartable session(String id, String state, EventMeta accepted) {
    return new Restartable(
        new SessionView(
            id,
            "text-embedding",
            state,
            WorkClass.BATCH,
            1,
            0,
            List.of(),
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            "",
            AT,
            null,
            "",
            "",
            "",
            List.of(),
            0,
            List.of()),
        null,
        accepted);
  }
}
