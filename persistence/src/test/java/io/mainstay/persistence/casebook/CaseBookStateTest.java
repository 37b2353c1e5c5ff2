package io.mainstay.persistence.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseBookStateTest {
  private static final EventMeta META = EventMeta.root("e1", Instant.EPOCH);
  private static final String CODE = "primary_device_failure";
  private static final String PLACE = "device/cpu-0";
  private static final ModeName MODE = new ModeName("device_isolation", "", "cpu-0");

  private static CaseEvent opened(String place, boolean held) {
    return new CaseEvent.CaseOpened(
        META, CODE, place, "device", "critical", "gone", META, META, "after_recovery", true, held);
  }

  private static CaseEvent planned(int retry) {
    return new CaseEvent.RetryPlanned(
        META, CODE, PLACE, "strategy", "failover", retry, 2, 10, Instant.EPOCH, "a", "b" + retry);
  }

  private static CaseBookState after(CaseEvent... events) {
    CaseBookState state = CaseBookState.empty();
    for (CaseEvent event : events) {
      state = state.after(event);
    }
    return state;
  }

  @Test
  void retries_areCountedForEachRecovery_untilItIsGivenUp() {
    CaseBookState state = after(opened(PLACE, false), planned(1), planned(2));
    OpenCase.Attempt attempt = state.find(CODE, PLACE).orElseThrow().attempts().get(0);
    assertEquals(2, attempt.retries());
    assertEquals("b2", attempt.nextRecoveryId());
    assertTrue(state.find(CODE, PLACE).orElseThrow().retries());
    OpenCase given =
        state
            .after(
                new CaseEvent.RecoveryGivenUp(
                    META, CODE, PLACE, "strategy", "failover", 2, "b2", "no device"))
            .find(CODE, PLACE)
            .orElseThrow();
    assertTrue(given.attempts().get(0).givenUp());
    assertFalse(given.retries());
    assertEquals("no device", given.attempts().get(0).reason());
  }

  @Test
  void protection_growsUntilItIsClosed_andALaterFaultOpensItAnew() {
    CaseEvent guarded =
        new CaseEvent.CaseProtected(META, CODE, PLACE, List.of(MODE), false, "not recovered");
    OpenCase healed =
        after(opened(PLACE, false), planned(1), guarded, guarded)
            .after(new CaseEvent.CaseHealed(META, CODE, PLACE, "it serves"))
            .find(CODE, PLACE)
            .orElseThrow();
    assertEquals(List.of(MODE), healed.modes());
    assertEquals(List.of(), healed.attempts());
    assertTrue(healed.healed());
    OpenCase again =
        after(
                opened(PLACE, false),
                guarded,
                new CaseEvent.CaseHealed(META, CODE, PLACE, "it serves"),
                opened(PLACE, false))
            .find(CODE, PLACE)
            .orElseThrow();
    assertFalse(again.healed());
    assertEquals(List.of(MODE), again.modes(), "what holds for it is not forgotten");
  }

  @Test
  void closing_forgetsThatOneAlone() {
    CaseBookState state =
        after(
            opened(PLACE, true),
            opened("device/cpu-1", false),
            new CaseEvent.CaseClosed(META, CODE, PLACE, "acknowledged", "seen"));
    assertEquals(List.of("device/cpu-1"), state.cases().stream().map(OpenCase::component).toList());
    assertEquals(
        state, state.after(planned(1)), "an event of a case that is closed changes nothing");
  }

  @Test
  void held_lastsUntilAPersonAgrees() {
    CaseBookState state = after(opened(PLACE, true));
    assertTrue(state.find(CODE, PLACE).orElseThrow().held());
    assertFalse(
        state
            .after(new CaseEvent.CaseReleased(META, CODE, PLACE))
            .find(CODE, PLACE)
            .orElseThrow()
            .held());
  }

  @Test
  void settings_thatAllowNoCase_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CaseBookSettings(0, 100, 2));
  }
}
