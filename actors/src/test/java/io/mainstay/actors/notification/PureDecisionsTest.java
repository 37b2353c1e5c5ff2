package io.mainstay.actors.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.notification.NotificationEvent;
import io.mainstay.persistence.notification.NotificationState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repetitions, escalation, what waits for the journal, and the state itself. */
class PureDecisionsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void repeats_withinTheWindow_areCounted_andToldAgainAfterIt() {
    Repeats repeats = Repeats.none(1_000, 10);
    Repeats.Offered first = repeats.offer(NotificationKind.WORKER_DIED, "cpu-0", "a", 0);
    assertTrue(first.tell());
    Repeats.Offered again = first.after().offer(NotificationKind.WORKER_DIED, "cpu-0", "b", 999);
    assertFalse(again.tell());
    assertTrue(again.after().offer(NotificationKind.WORKER_DIED, "cpu-1", "c", 999).tell());
    assertTrue(again.after().offer(NotificationKind.OUTAGE_BEGAN, "cpu-0", "c", 999).tell());
    assertTrue(again.after().offer(NotificationKind.WORKER_DIED, "cpu-0", "c", 1_000).tell());
    assertEquals(List.of(), again.after().close(999).counts());
    Repeats.Closed closed = again.after().close(1_000);
    assertEquals(List.of(new Repeats.Count("a", 1)), closed.counts());
    assertTrue(closed.after().isEmpty());
  }

  @Test
  void repeats_areBounded() {
    Repeats repeats = Repeats.none(1_000, 3);
    for (int i = 0; i < 50; i++) {
      repeats = repeats.offer(NotificationKind.WORKER_DIED, "d" + i, "n" + i, 0).after();
      assertTrue(repeats.size() <= 3);
    }
    assertFalse(repeats.offer(NotificationKind.WORKER_DIED, "d49", "x", 1).tell());
    assertTrue(repeats.offer(NotificationKind.WORKER_DIED, "d0", "x", 1).tell());
  }

  @Test
  void escalation_goesUpLevelByLevel_untilTheLast_orUntilSomebodyAcknowledges() {
    Escalation escalation = new Escalation(new EscalationSettings(Duration.ofMinutes(15), 2));
    NotificationState state = issued(escalation.first(NOON));
    assertEquals(Optional.empty(), due(escalation, state, NOON.plusSeconds(899)));
    assertEquals(
        NOON.plusSeconds(900), escalation.next(state.awaitingAcknowledgement()).orElseThrow());
    // A node that was down for a day tells it once, and gives people their time anew.
    Instant late = NOON.plusSeconds(86_400);
    Escalation.Level one = due(escalation, state, late).orElseThrow();
    assertEquals(new Escalation.Level(1, late.plusSeconds(900)), one);
    state = escalated(state, one);
    assertEquals(Optional.empty(), due(escalation, state, late));
    Escalation.Level two = due(escalation, state, late.plusSeconds(900)).orElseThrow();
    assertEquals(new Escalation.Level(2, null), two);
    NotificationState last = escalated(state, two);
    assertEquals(Optional.empty(), due(escalation, last, late.plusSeconds(9_000)));
    assertEquals(Optional.empty(), escalation.next(last.awaitingAcknowledgement()));
    assertTrue(last.find("n").orElseThrow().awaitsAcknowledgement());
    NotificationState seen =
        state.after(new NotificationEvent.NotificationAcknowledged(meta(), "n", "alice", ""), 10);
    assertEquals(Optional.empty(), due(escalation, seen, late.plusSeconds(9_000)));
    assertEquals(List.of(), seen.awaitingAcknowledgement());
  }

  @Test
  void state_keepsWhatWaits_andTheLastSettledOnes() {
    NotificationState state = NotificationState.empty();
    for (int i = 0; i < 20; i++) {
      state = state.after(event("s" + i, List.of("user_interface"), null), 3);
      state = state.after(event("w" + i, List.of("email"), null), 3);
    }
    assertEquals(23, state.notifications().size());
    assertEquals(20, state.unsettled());
    assertTrue(state.find("s16").isEmpty());
    assertTrue(state.find("s17").isPresent());
    NotificationState done =
        state.after(
            new NotificationEvent.NotificationsDelivered(meta(), List.of("w0", "w1"), "email", 2),
            3);
    assertEquals(18, done.unsettled());
    NotificationState given =
        state.after(
            new NotificationEvent.DeliveryAbandoned(
                meta(), List.of("w19"), "email", 8, "no answer"),
            3);
    assertEquals(
        new Notification.Delivery("email", 0, Notification.DeliveryState.ABANDONED, 8, "no answer"),
        given.find("w19").orElseThrow().deliveries().get(0));
    assertEquals(
        7,
        state
            .after(new NotificationEvent.NotificationRepeated(meta(), "w19", 7), 3)
            .find("w19")
            .orElseThrow()
            .repeated());
  }

  @Test
  void unjournaled_isBounded_givesUpWhatIsNotCriticalFirst_andSaysWhatIsLate() {
    Unjournaled waiting = Unjournaled.none(2);
    waiting = waiting.add(draft("critical", true), false, 0).after();
    waiting = waiting.add(draft("first", false), false, 5).after();
    Unjournaled.Added third = waiting.add(draft("second", false), false, 10);
    assertEquals("first", third.given().orElseThrow().notificationId());
    Unjournaled.Looked looked = third.after().look(100, 95);
    assertEquals(List.of("critical"), ids(looked.ahead()));
    assertEquals(List.of("critical"), ids(looked.again()));
    Unjournaled.Looked later = looked.after().look(200, 95);
    assertEquals(List.of("second"), ids(later.ahead()));
    assertEquals(List.of("critical", "second"), ids(later.again()));
    assertTrue(later.after().find("critical").orElseThrow().ahead());
    assertTrue(later.after().without("critical").without("second").isEmpty());
  }

  @Test
  void stream_isBounded_andSaysWhatAWatcherMissed() {
    NotificationStream stream = new NotificationStream(3);
    for (int i = 0; i < 5; i++) {
      stream.add(draft("n" + i, false).line(NotificationLine.What.ISSUED, -1));
    }
    assertEquals(5, stream.after(-1, 10).last());
    NotificationCommand.Lines lines = stream.after(1, 2);
    assertEquals(List.of(3L, 4L), lines.lines().stream().map(NotificationLine::ordering).toList());
    assertEquals(1, lines.missed());
    assertEquals(4, lines.last());
    // Somebody who watched an earlier life of the node.
    assertEquals(3, stream.after(900, 10).lines().size());
  }

  private static List<String> ids(List<Draft> drafts) {
    return drafts.stream().map(Draft::notificationId).toList();
  }

  private static Draft draft(String id, boolean critical) {
    return new Draft(
        id,
        meta(),
        NotificationKind.INTAKE_PAUSED,
        critical ? Severity.CRITICAL : Severity.LOW,
        "intake",
        new NotificationTemplates.Rendered("t", "x", ""),
        new Route(Set.of(Channel.USER_INTERFACE), Route.Presentation.POPUP_MESSAGE, critical, true),
        critical ? NOON : null);
  }

  private static Optional<Escalation.Level> due(
      Escalation escalation, NotificationState state, Instant now) {
    return escalation.due(state.find("n").orElseThrow(), now);
  }

  private static NotificationState escalated(NotificationState state, Escalation.Level level) {
    return state.after(
        new NotificationEvent.NotificationEscalated(
            meta(), "n", level.level(), List.of("email"), level.acknowledgeBy()),
        10);
  }

  private static NotificationState issued(Instant by) {
    return NotificationState.empty().after(event("n", List.of("user_interface"), by), 10);
  }

  private static NotificationEvent event(String id, List<String> channels, Instant by) {
    return new NotificationEvent.NotificationIssued(
        meta(),
        id,
        "intake_paused",
        "critical",
        "intake",
        "t",
        "x",
        "",
        "popup_message",
        channels,
        by);
  }

  private static EventMeta meta() {
    return EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", NOON);
  }

  /** What is said of an end is a bound: it never comes later than that. */
  @ParameterizedTest
  @CsvSource({
    "250,250 ms",
    "999,999 ms",
    "1000,1.0 s",
    "1001,1.1 s",
    "46000,46.0 s",
    "59950,1 min",
    "60000,1 min",
    "60001,2 min",
    "119000,2 min",
    "296000,5 min",
    "7140001,2 h",
    "7200000,2 h",
    "7200001,3 h"
  })
  void estimate_isRoundedUp(long millis, String text) {
    assertEquals(text, Estimate.within(Duration.ofMillis(millis)).text());
    assertEquals(
        text + " after its cause is over", Estimate.afterCause(Duration.ofMillis(millis)).text());
  }
}
