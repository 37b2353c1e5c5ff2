package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Decision;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Running;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Wanted;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.persistence.recovery.RecoveryPlan.Kind;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryChoiceTest {
  // Priorities 1, 2 and 4.
  private static final ErrorNames URGENT = ErrorNames.PRIMARY_DEVICE_FAILURE;
  private static final ErrorNames NEXT = ErrorNames.DEVICE_DRIVER_CORRUPTION;
  private static final ErrorNames LAST = ErrorNames.DEVICE_STATUS_SYNC_FAILURE;

  private final RecoveryChoice choice = new RecoveryChoice(2, 2);

  private static Wanted wanted(ErrorNames error, String subject, String root) {
    return new Wanted(
        Engines.definition(Kind.STRATEGY, error.code()), Engines.decision(error, subject, root));
  }

  private static Running running(Wanted wanted, String id) {
    return new Running(
        id,
        wanted.definition().name(),
        wanted.error().name(),
        wanted.subject(),
        wanted.priority(),
        wanted.severity(),
        wanted.rootId());
  }

  @Test
  void nothingRuns_itBegins() {
    assertEquals(
        Decision.BEGIN, choice.decide(wanted(NEXT, "device/a", "1"), List.of(), List.of()));
  }

  @Test
  void sameOnTheSameThing_joins_whetherThatRunsOrWaits() {
    Wanted first = wanted(NEXT, "device/a", "1");
    Wanted again = wanted(NEXT, "device/a", "2");
    assertEquals(Decision.JOIN, choice.decide(again, List.of(running(first, "r")), List.of()));
    assertEquals(Decision.JOIN, choice.decide(again, List.of(), List.of(first)));
  }

  /** That one tries the other devices as well, each of which says that it refuses. */
  @Test
  void sameLoadOnAnotherDevice_joins_anotherModelDoesNot() {
    Running loads = running(wanted(NEXT, "device/a/model", "1"), "r");
    assertEquals(
        Decision.JOIN,
        choice.decide(wanted(NEXT, "device/b/model", "2"), List.of(loads), List.of()));
    assertEquals(
        Decision.BEGIN,
        choice.decide(wanted(NEXT, "device/b/other", "3"), List.of(loads), List.of()));
  }

  @Test
  void recoveryThatFollowsFromItself_isACircle() {
    RecoveryDefinition same = Engines.definition(Kind.STRATEGY, NEXT.code());
    EscalationDecision fault = Engines.decision(NEXT, "device/b", "2");
    assertEquals(
        Decision.CIRCLE, choice.decide(new Wanted(same, fault, "r"), List.of(), List.of()));
    assertEquals(
        Decision.JOIN,
        choice.decide(
            new Wanted(same, fault, "r"),
            List.of(running(wanted(NEXT, "device/b", "1"), "r")),
            List.of()),
        "it answers the same thing already");
    assertEquals(
        Decision.BEGIN, choice.decide(new Wanted(same, fault, "x", 2), List.of(), List.of()));
  }

  @Test
  void lessUrgentOnTheSameThing_waits_andMoreUrgentDoesNot() {
    Wanted urgent = wanted(URGENT, "device/a", "1");
    Wanted last = wanted(LAST, "device/a", "2");
    assertEquals(Decision.WAIT, choice.decide(last, List.of(running(urgent, "r")), List.of()));
    assertEquals(Decision.BEGIN, choice.decide(urgent, List.of(running(last, "r")), List.of()));
  }

  /** A driver that is damaged is not to wait for the engine's recovery, which cannot succeed. */
  @Test
  void moreSevereOnTheSameThing_doesNotWait_lessSevereDoes() {
    Wanted critical =
        new Wanted(
            Engines.definition(Kind.STRATEGY, NEXT.code()),
            Engines.gated(NEXT, "device/a", EventMeta.root("1", Instant.EPOCH)));
    Wanted high = wanted(ErrorNames.WORKER_PROCESS_DIED, "device/a", "2");
    assertEquals(critical.priority(), high.priority());
    assertEquals(Decision.BEGIN, choice.decide(critical, List.of(running(high, "r")), List.of()));
    assertEquals(Decision.WAIT, choice.decide(high, List.of(running(critical, "r")), List.of()));
  }

  @Test
  void background_leavesHalfOfTheRoomToOthers_andWaitsForNothingElse() {
    RecoveryChoice roomy = new RecoveryChoice(4, 2);
    Wanted low = severity(Severity.LOW, "device/a");
    Wanted urgent = severity(Severity.MEDIUM, "device/a");
    Running one = running(severity(Severity.CRITICAL, "device/b"), "r");
    Running two = running(severity(Severity.LOW, "device/c"), "s");
    assertEquals(Decision.BEGIN, roomy.decide(low, List.of(one), List.of()));
    assertEquals(Decision.WAIT, roomy.decide(low, List.of(one, two), List.of()));
    assertEquals(Decision.BEGIN, roomy.decide(urgent, List.of(one, two), List.of()));
    assertNull(roomy.next(List.of(one, two), List.of(low)));
    assertSame(low, roomy.next(List.of(two), List.of(low)));
    // Never less than one place.
    assertEquals(Decision.BEGIN, new RecoveryChoice(1, 2).decide(low, List.of(), List.of()));
  }

  private static Wanted severity(Severity severity, String subject) {
    return new Wanted(
        Engines.definition(Kind.STRATEGY, NEXT.code()),
        Engines.decision(NEXT, subject, severity, EventMeta.root(subject, Instant.EPOCH)));
  }

  @Test
  void noRoom_waits_andNoRoomToWait_isSaid() {
    List<Running> full =
        List.of(
            running(wanted(NEXT, "device/a", "1"), "r"),
            running(wanted(LAST, "device/b", "2"), "s"));
    Wanted one = wanted(URGENT, "device/c", "3");
    assertEquals(Decision.WAIT, choice.decide(one, full, List.of()));
    assertEquals(
        Decision.TOO_MANY,
        choice.decide(
            one, full, List.of(wanted(NEXT, "device/d", "4"), wanted(LAST, "device/e", "5"))));
  }

  @Test
  void roomAgain_theMostUrgentBegins_andOnlyIfNothingMoreUrgentIsOnItsSubject() {
    Wanted last = wanted(LAST, "device/a", "1");
    Wanted urgent = wanted(URGENT, "device/b", "2");
    assertSame(urgent, choice.next(List.of(), List.of(last, urgent)));
    Wanted other = wanted(NEXT, "device/a", "3");
    assertNull(choice.next(List.of(running(other, "r")), List.of(last)));
    assertSame(last, choice.next(List.of(running(urgent, "r")), List.of(last)));
  }

  /** The cascade clears up behind the fault before its strategy brings back what failed. */
  @Test
  void strategyOfAFault_waitsForItsCascade_alsoWhenBothWait() {
    EscalationDecision fault = Engines.decision(URGENT, "device/a", "1");
    Wanted cascade = new Wanted(Engines.definition(Kind.CASCADE, "cleanup"), fault);
    Wanted strategy = new Wanted(Engines.definition(Kind.STRATEGY, "failover"), fault);
    assertEquals(Decision.WAIT, choice.decide(strategy, List.of(running(cascade, "r")), List.of()));
    assertEquals(Decision.WAIT, choice.decide(strategy, List.of(), List.of(cascade)));
    assertSame(cascade, choice.next(List.of(), List.of(cascade, strategy)));
    assertSame(strategy, choice.next(List.of(), List.of(strategy)));
  }
}
