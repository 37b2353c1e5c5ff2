package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.recovery.action.processing.RankedClaims.Conflict;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RankedClaimsTest {
  private static final WorkClass HIGH = WorkClass.values()[0];
  private static final WorkClass LOW = WorkClass.values()[WorkClass.values().length - 1];

  @Test
  void sessionOfTheLowestClass_restsForOneOfAHigherThatWaits() {
    assertEquals(
        Optional.of(new Conflict("A", "C")),
        conflict(Set.of("B", "C"), Set.of(), view("B", LOW), view("C", LOW), view("A", HIGH)));
  }

  @Test
  void nobodyRests_forItsOwnClass_orALowerOne() {
    assertEquals(Optional.empty(), conflict(Set.of("B"), Set.of(), view("A", LOW), view("B", LOW)));
    assertEquals(
        Optional.empty(), conflict(Set.of("B"), Set.of(), view("A", LOW), view("B", HIGH)));
  }

  @Test
  void nobodyRests_whereNobodyWaits_orIsAtWork_orTheOneThatWaitsIsKeptFromWork() {
    assertEquals(
        Optional.empty(), conflict(Set.of("A", "B"), Set.of(), view("A", HIGH), view("B", LOW)));
    assertEquals(Optional.empty(), conflict(Set.of(), Set.of(), view("A", HIGH), view("B", LOW)));
    assertEquals(
        Optional.empty(), conflict(Set.of("B"), Set.of("A"), view("A", HIGH), view("B", LOW)));
    assertEquals(Optional.empty(), conflict(Set.of(), Set.of()));
  }

  @Test
  void text_isInTheOrderOfClasses_thenOfAcceptance() {
    Facts facts =
        new Facts(Set.of("B"), Set.of(), Set.of(), Map.of("B", 7L), Map.of(), Set.of("C"));
    assertEquals(
        "C %s (kept from work, 0 bytes of heap), A %s (waits, 0 bytes of heap), B %s (at work, 7 bytes of heap)"
            .formatted(HIGH, LOW, LOW),
        RankedClaims.of(facts, List.of(view("B", LOW), view("A", LOW), view("C", HIGH))).text());
    assertEquals("no session is open", RankedClaims.of(facts, List.of()).text());
  }

  private static Optional<Conflict> conflict(
      Set<String> runners, Set<String> kept, SessionView... open) {
    Facts facts = new Facts(runners, Set.of(), Set.of(), Map.of(), Map.of(), kept);
    return RankedClaims.of(facts, List.of(open)).conflict();
  }

  private static SessionView view(String id, WorkClass workClass) {
    return new SessionView(
        id,
        "text-embedding",
        "running",
        workClass,
        1,
        0,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        "",
        Instant.EPOCH,
        null,
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }
}
