package io.mainstay.actors.recovery.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.protocol.WorkerBlame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaseLifeTest {
  private static final String PLACE = "device/cpu-0";
  private static final ErrorNames DEVICE = ErrorNames.PRIMARY_DEVICE_FAILURE;
  private static final ErrorNames MODEL = ErrorNames.MODEL_CACHE_CORRUPTION;
  private static final ModeName PROTECTION =
      new ModeName("minimal_operation_mode", "system_protection_mode", "");
  private static final Duration LONG = Duration.ofDays(1);
  private final CaseLife life = Cases.life(Cases.POLICY);

  private static EscalationDecision decision(ErrorNames error, Severity severity, int perHour) {
    return decision(error, severity, perHour, Cases.POLICY);
  }

  private static EscalationDecision decision(
      ErrorNames error, Severity severity, int perHour, EscalationPolicy policy) {
    return Cases.decision(error, PLACE, severity, WorkerBlame.INFRASTRUCTURE, perHour, policy);
  }

  private static CaseLife.Ended ended(String recovery, String id, boolean succeeded) {
    return new CaseLife.Ended(
        "strategy", recovery, id, succeeded, false, succeeded ? "" : "no_device: none serves");
  }

  private static CaseLife.Seen seen(
      Instant now, boolean well, boolean gateClosed, Duration quietFor) {
    ComponentHealth.Health health =
        well ? ComponentHealth.Health.HEALTHY : ComponentHealth.Health.UNHEALTHY;
    return new CaseLife.Seen(
        now,
        Optional.of(
            new ComponentCensus(List.of(new ComponentHealth("worker/cpu-0", health, "seen")))),
        gateClosed,
        quietFor,
        LONG);
  }

  private static OpenCase only(CaseBookState state) {
    assertEquals(1, state.cases().size());
    return state.cases().get(0);
  }

  private CaseBookState givenUp(ErrorNames error, Severity severity) {
    return Cases.after(
        CaseBookState.empty(),
        life.ended(
            Optional.empty(), decision(error, severity, 1), ended("failover", "a", false), "b"),
        Cases.START);
  }

  // ---- retries

  @ParameterizedTest
  @EnumSource(Severity.class)
  void everyError_isTriedAgainAsOftenAsItsEscalationSays_andThenGivenUp(Severity severity) {
    for (ErrorDefinition error : Cases.CATALOG.all()) {
      EscalationDecision decision = decision(error.error(), severity, 1);
      CaseBookState state = CaseBookState.empty();
      int retries = 0;
      while (true) {
        List<CaseEvent> events =
            Cases.events(
                life.ended(
                    state.find(error.name(), PLACE),
                    decision,
                    ended("some_strategy", "failed-" + retries, false),
                    "next"),
                Cases.START);
        for (CaseEvent event : events) {
          state = state.after(event);
        }
        CaseEvent last = events.get(events.size() - 1);
        if (last instanceof CaseEvent.RecoveryGivenUp given) {
          assertEquals(retries, given.retries());
          break;
        }
        CaseEvent.RetryPlanned planned = assertInstanceOf(CaseEvent.RetryPlanned.class, last);
        retries++;
        assertEquals(retries, planned.retry());
        assertTrue(
            planned.pauseMillis() <= decision.escalation().retry().cap().toMillis(),
            planned.toString());
      }
      assertEquals(decision.escalation().retries(), retries, error.name());
    }
  }

  @Test
  void sameFailureSaidAgain_countsOnce_andACascadeCountsForItself() {
    EscalationDecision decision = decision(ErrorNames.MEMORY_PRESSURE_WARNING, Severity.LOW, 1);
    CaseBookState state =
        Cases.after(
            CaseBookState.empty(),
            life.ended(Optional.empty(), decision, ended("one", "a", false), "b"),
            Cases.START);
    assertEquals(
        List.of(), life.ended(Optional.of(only(state)), decision, ended("one", "a", false), "c"));
    state =
        Cases.after(
            state,
            life.ended(Optional.of(only(state)), decision, ended("other", "x", false), "y"),
            Cases.START);
    assertEquals(List.of(1, 1), only(state).attempts().stream().map(a -> a.retries()).toList());
  }

  /** However many there were before: this one was healed by what its supervisor did. */
  @Test
  void oneMoreThatDoesNotCount_protectsFromNothing() {
    EscalationDecision many = decision(ErrorNames.WORKER_PROCESS_DIED, Severity.LOW, 11);
    EscalationDecision routine =
        new EscalationDecision(
            many.fault(), many.escalation(), many.raised(), many.decided(), false);
    assertEquals(
        List.of("CaseOpened", "CaseProtected"), Cases.names(life.decided(Optional.empty(), many)));
    assertEquals(List.of(), life.decided(Optional.empty(), routine));
  }

  @Test
  void errorsThatComeTooOften_areNotTriedAgain() {
    assertEquals(
        List.of("CaseOpened", "RecoveryGivenUp"),
        Cases.names(
            life.ended(
                Optional.empty(),
                decision(ErrorNames.MEMORY_PRESSURE_WARNING, Severity.LOW, 11),
                ended("one", "a", false),
                "b")));
  }

  @Test
  void retryThatSucceeds_closesTheCase_andAnAnswerToNoCaseOpensNone() {
    EscalationDecision decision = decision(ErrorNames.MEMORY_PRESSURE_WARNING, Severity.LOW, 1);
    CaseBookState state =
        Cases.after(
            CaseBookState.empty(),
            life.ended(Optional.empty(), decision, ended("one", "a", false), "b"),
            Cases.START);
    assertEquals(
        List.of("RetrySucceeded", "CaseClosed"),
        Cases.names(life.ended(Optional.of(only(state)), decision, ended("one", "b", true), "c")));
    assertEquals(List.of(), life.ended(Optional.empty(), decision, ended("one", "b", true), "c"));
  }

  @Test
  void pauses_areTheSameForTheSameSeed_andOthersElsewhere() {
    EscalationDecision decision = decision(ErrorNames.MEMORY_PRESSURE_WARNING, Severity.LOW, 1);
    RetryVerdict one = RetryVerdict.after(0, decision.escalation(), PLACE, "clean", 7);
    assertEquals(one, RetryVerdict.after(0, decision.escalation(), PLACE, "clean", 7));
    long different =
        java.util.stream.LongStream.range(0, 20)
            .mapToObj(seed -> RetryVerdict.after(0, decision.escalation(), PLACE, "clean", seed))
            .distinct()
            .count();
    assertTrue(different > 10, different + " pauses for twenty seeds");
  }

  @Test
  void settings_whoseQuietIsTooShort_areRefused() {
    Duration second = Duration.ofSeconds(1);
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> new CaseSettings(second, second.minusMillis(1), second, 7));
    assertTrue(wrong.getMessage().contains(CaseSettings.PATH + ".quiet"), wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new CaseSettings(Duration.ZERO, second, second, 7));
  }

  // ---- callers

  @Test
  void whatACallerDidWrong_isNoCase_howeverBadAndOften() {
    for (EscalationPolicy policy :
        List.of(
            Cases.POLICY,
            Cases.policy("critical-protects = at-once, manual-gate = before-recovery"))) {
      CaseLife strict = Cases.life(policy);
      for (ErrorDefinition error : Cases.CATALOG.all()) {
        for (WorkerBlame blame : WorkerBlame.values()) {
          if (!blame.countsAgainstHealth()) {
            EscalationDecision decision =
                Cases.decision(error.error(), PLACE, Severity.CRITICAL, blame, 1_000, policy);
            assertEquals(List.of(), strict.decided(Optional.empty(), decision));
            assertEquals(
                List.of(), strict.ended(Optional.empty(), decision, ended("x", "a", false), "b"));
            assertFalse(decision.needsAgreement());
          }
        }
      }
    }
  }

  // ---- protection

  @Test
  void faultThatHeals_costsNothing_andOneTooManyProtectsAtOnceUntilQuiet() {
    assertEquals(
        List.of(), life.decided(Optional.empty(), decision(DEVICE, Severity.CRITICAL, 10)));
    CaseBookState state =
        Cases.after(
            CaseBookState.empty(),
            life.decided(Optional.empty(), decision(MODEL, Severity.HIGH, 11)),
            Cases.START);
    assertEquals(List.of(PROTECTION), only(state).modes());
    assertTrue(only(state).untilQuiet());
    assertEquals(
        List.of(),
        Cases.names(
            life.ended(
                Optional.of(only(state)),
                decision(MODEL, Severity.HIGH, 11),
                ended("one", "a", true),
                "b")),
        "one success is no quiet");
    assertEquals(
        List.of(),
        life.decided(Optional.of(only(state)), decision(MODEL, Severity.HIGH, 12)),
        "it holds already");
    CaseLife.Seen early = seen(Cases.START, true, false, Cases.SETTINGS.quiet().minusMillis(1));
    assertEquals(List.of(), life.look(only(state), early));
    CaseLife.Seen quiet = seen(Cases.START, true, false, Cases.SETTINGS.quiet());
    CaseBookState healed = Cases.after(state, life.look(only(state), quiet), Cases.START);
    assertTrue(only(healed).healed());
    assertEquals(List.of("CaseClosed"), Cases.names(life.look(only(healed), quiet)));
  }

  @Test
  void criticalError_canProtectAtOnce_orNever() {
    EscalationPolicy atOnce = Cases.policy("critical-protects = at-once");
    assertEquals(
        List.of("CaseOpened", "CaseProtected"),
        Cases.names(
            Cases.life(atOnce)
                .decided(Optional.empty(), decision(DEVICE, Severity.CRITICAL, 1, atOnce))));
    EscalationPolicy never = Cases.policy("critical-protects = never");
    EscalationDecision decision = decision(DEVICE, Severity.CRITICAL, 1, never);
    assertFalse(decision.escalation().protection());
    assertEquals(List.of(), Cases.life(never).decided(Optional.empty(), decision));
  }

  @Test
  void givenUp_andNotWell_protectsByItsModes_notBefore() {
    CaseBookState state = givenUp(DEVICE, Severity.CRITICAL);
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    assertEquals(List.of(), life.look(only(state), seen(due.minusMillis(1), false, true, LONG)));
    List<CaseEvent> events =
        Cases.events(life.look(only(state), seen(due, false, true, LONG)), due);
    CaseEvent.CaseProtected guarded =
        assertInstanceOf(CaseEvent.CaseProtected.class, events.get(0));
    assertEquals(
        List.of(new ModeName("device_isolation", "", "cpu-0"), PROTECTION), guarded.modes());
    assertTrue(guarded.reason().contains("none serves"), guarded.reason());
  }

  @Test
  void givenUp_butWell_isClosed_andOneThatCameAgainIsNotWell() {
    CaseBookState state = givenUp(DEVICE, Severity.CRITICAL);
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    assertEquals(
        List.of("CaseClosed"), Cases.names(life.look(only(state), seen(due, true, true, LONG))));
    Duration again = Cases.SETTINGS.unhealedAfter().minusMillis(1);
    assertEquals(
        List.of("CaseProtected"),
        Cases.names(life.look(only(state), seen(due, true, true, again))));
    CaseLife.Seen unknown = new CaseLife.Seen(due, Optional.empty(), true, LONG, LONG);
    assertEquals(List.of("CaseProtected"), Cases.names(life.look(only(state), unknown)));
    CaseLife.Seen begun =
        new CaseLife.Seen(due, Optional.empty(), true, LONG, Duration.ofSeconds(1));
    assertEquals(List.of(), life.look(only(state), begun), "a node that starts sees nothing yet");
  }

  @Test
  void errorWithoutModes_thatIsNotCritical_isGivenUpAndNothingMore() {
    ErrorNames plain =
        Cases.CATALOG.all().stream()
            .filter(error -> error.modes().isEmpty() && error.blame().countsAgainstHealth())
            .findFirst()
            .orElseThrow()
            .error();
    EscalationDecision decision = decision(plain, Severity.HIGH, 1);
    CaseBookState state = CaseBookState.empty();
    for (int i = 0; state.cases().isEmpty() || only(state).retries(); i++) {
      state =
          Cases.after(
              state,
              life.ended(
                  state.find(plain.code(), PLACE), decision, ended("one", "f" + i, false), "n"),
              Cases.START);
    }
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    List<CaseEvent> events =
        Cases.events(life.look(only(state), seen(due, false, false, LONG)), due);
    assertEquals("given_up", assertInstanceOf(CaseEvent.CaseClosed.class, events.get(0)).outcome());
  }

  // ---- gates

  @Test
  void afterRecovery_itHeals_andItsModesWaitForAPerson() {
    CaseBookState state = givenUp(DEVICE, Severity.CRITICAL);
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    state = Cases.after(state, life.look(only(state), seen(due, false, true, LONG)), due);
    state =
        Cases.after(
            state,
            life.ended(
                Optional.of(only(state)),
                decision(DEVICE, Severity.CRITICAL, 1),
                ended("failover", "z", true),
                "b"),
            due);
    assertTrue(only(state).healed());
    assertEquals(List.of(), life.look(only(state), seen(due, true, true, LONG)));
    assertTrue(
        CaseWords.waitsFor(only(state))
            .contains("mainstay errors acknowledge primary_device_failure"),
        CaseWords.waitsFor(only(state)));
    List<CaseEvent> events =
        Cases.events(life.look(only(state), seen(due, true, false, LONG)), due);
    assertEquals(
        "acknowledged", assertInstanceOf(CaseEvent.CaseClosed.class, events.get(0)).outcome());
  }

  @Test
  void acknowledged_butNotWell_holdsOn() {
    CaseBookState state = givenUp(DEVICE, Severity.CRITICAL);
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    state = Cases.after(state, life.look(only(state), seen(due, false, true, LONG)), due);
    assertEquals(List.of(), life.look(only(state), seen(due, false, false, LONG)));
    assertEquals(
        List.of("CaseHealed"), Cases.names(life.look(only(state), seen(due, true, false, LONG))));
  }

  @Test
  void faultAfterItHealed_isAnotherOne_andProtectionGoesOn() {
    CaseBookState state = givenUp(DEVICE, Severity.CRITICAL);
    Instant due = Cases.START.plus(Cases.SETTINGS.unhealedAfter());
    state = Cases.after(state, life.look(only(state), seen(due, false, true, LONG)), due);
    state = Cases.after(state, life.look(only(state), seen(due, true, true, LONG)), due);
    assertTrue(only(state).healed());
    state =
        Cases.after(
            state,
            life.decided(Optional.of(only(state)), decision(DEVICE, Severity.CRITICAL, 1)),
            due);
    assertFalse(only(state).healed());
    assertEquals(2, only(state).modes().size());
  }

  @Test
  void beforeRecovery_nothingBegins_untilAPersonAgrees() {
    EscalationPolicy before = Cases.policy("manual-gate = before-recovery");
    CaseLife gated = Cases.life(before);
    EscalationDecision decision = decision(DEVICE, Severity.CRITICAL, 1, before);
    CaseBookState state =
        Cases.after(CaseBookState.empty(), gated.decided(Optional.empty(), decision), Cases.START);
    assertTrue(only(state).held());
    assertEquals(List.of(PROTECTION), only(state).modes());
    assertFalse(CaseLife.releases(state.cases().stream().findFirst(), decision));
    assertEquals(List.of(), gated.decided(Optional.of(only(state)), decision), "it waits already");
    assertEquals(List.of(), gated.look(only(state), seen(Cases.START, true, true, LONG)));
    assertEquals(
        List.of("CaseReleased"),
        Cases.names(gated.look(only(state), seen(Cases.START, true, false, LONG))));
    state =
        Cases.after(
            state, gated.look(only(state), seen(Cases.START, true, false, LONG)), Cases.START);
    assertTrue(CaseLife.releases(state.cases().stream().findFirst(), decision));
    assertTrue(CaseLife.isReleased(only(state)), "its recovery is still to come");
    assertEquals(
        List.of("CaseHealed"),
        Cases.names(
            gated.ended(Optional.of(only(state)), decision, ended("failover", "a", true), "b")));
    // What is not critical waits for nobody.
    assertFalse(decision(DEVICE, Severity.HIGH, 1, before).needsAgreement());
  }

  /** It was high when its recovery failed; now it is critical. */
  @Test
  void caseThatBecomesCritical_isHeldFromThenOn_andIsReleasedOnce() {
    EscalationPolicy before = Cases.policy("manual-gate = before-recovery");
    CaseLife gated = Cases.life(before);
    CaseBookState state =
        Cases.after(
            CaseBookState.empty(),
            gated.ended(
                Optional.empty(),
                decision(DEVICE, Severity.HIGH, 1, before),
                ended("failover", "a", false),
                "b"),
            Cases.START);
    assertFalse(only(state).held());
    EscalationDecision worse = decision(DEVICE, Severity.CRITICAL, 1, before);
    state = Cases.after(state, gated.decided(Optional.of(only(state)), worse), Cases.START);
    assertTrue(only(state).held());
    assertFalse(CaseLife.releases(Optional.of(only(state)), worse));
    assertFalse(CaseLife.isReleased(only(state)));
  }

  @Test
  void withoutAGate_protectionEndsWithTheError() {
    EscalationPolicy open = Cases.policy("manual-gate = none, critical-protects = at-once");
    CaseLife free = Cases.life(open);
    EscalationDecision decision = decision(DEVICE, Severity.CRITICAL, 1, open);
    CaseBookState state =
        Cases.after(CaseBookState.empty(), free.decided(Optional.empty(), decision), Cases.START);
    state =
        Cases.after(
            state,
            free.ended(Optional.of(only(state)), decision, ended("failover", "a", true), "b"),
            Cases.START);
    List<CaseEvent> events =
        Cases.events(free.look(only(state), seen(Cases.START, true, false, LONG)), Cases.START);
    assertEquals(
        "recovered", assertInstanceOf(CaseEvent.CaseClosed.class, events.get(0)).outcome());
  }
}
