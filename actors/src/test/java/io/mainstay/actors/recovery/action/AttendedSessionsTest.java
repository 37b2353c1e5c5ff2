package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.processing.ProcessingCommand.Facts;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttendedSessionsTest {
  private static final Facts FACTS =
      new Facts(
          Set.of("works"),
          Set.of("works", "settles", "idle"),
          Set.of("settles"),
          Map.of("lost", 1L),
          Map.of());

  @Test
  void sessionThatIsWorkedOn_orIsAboutToBe_isAttended() {
    assertEquals(Set.of("works", "settles"), AttendedSessions.of(FACTS));
  }

  @Test
  void openSessionThatNobodyAttends_isIdle() {
    assertEquals(Set.of("idle"), AttendedSessions.idle(FACTS));
  }

  @Test
  void sessionThatIsOver_isNotIdle_whateverItHolds() {
    Facts over = new Facts(Set.of(), Set.of(), Set.of(), Map.of("lost", 1L), Map.of());
    assertEquals(Set.of(), AttendedSessions.idle(over));
  }
}
