package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.persistence.mode.KeptMode;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entering, leaving, nesting and a person's word: all orders of eight things, five deep. */
class ModeLifeTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final ModeSettings TESTED = ModeSettings.of(ConfigFactory.load());
  private static final ModeSettings SETTINGS =
      ModeSettings.of(
          ConfigFactory.parseString(
                  ModeSettings.PATH
                      + " { restoration.on = off, parts.system_protection_mode.gate = manual }")
              .withFallback(ConfigFactory.load()));
  private static final ModeLife LIFE =
      new ModeLife(SETTINGS, new ModeRules(SETTINGS, List.of("cpu-0")));
  private static final ModeKey SAVING = ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
  private static final ModeKey PROTECTED =
      ModeKey.of(
          DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, "");
  private static final long LEAST_STAY_S = 30;
  private static final long QUIET_S = 30;

  private enum Act {
    ENTER_A,
    ENTER_B,
    LEAVE_A,
    LEAVE_B,
    ON,
    OFF,
    CLEAR,
    WAIT
  }

  /** What a person would expect, kept apart from the state under test. */
  private static final class Model {
    private boolean a;
    private boolean b;
    private Boolean word;
  }

  private static ModeState apply(ModeState state, List<ModeLife.Fact> facts, Instant now) {
    ModeState next = state;
    for (ModeLife.Fact fact : facts) {
      next = next.after(fact.apply(EventMeta.root("e", now)));
    }
    return next;
  }

  private static ModeState act(ModeState state, ModeKey key, Act act, Instant now) {
    return apply(
        state,
        switch (act) {
          case ENTER_A -> LIFE.enter(state, key, ModeTrigger.MEMORY_PRESSURE_WARNING, "a", "why");
          case ENTER_B ->
              LIFE.enter(state, key, ModeTrigger.RESOURCE_CONTENTION_DETECTED, "b", "why");
          case LEAVE_A -> LIFE.leave(state, key, "a", "gone", now);
          case LEAVE_B -> LIFE.leave(state, key, "b", "gone", now);
          case ON -> LIFE.override(state, key, true, "p", "why", now);
          case OFF -> LIFE.override(state, key, false, "p", "why", now);
          case CLEAR -> LIFE.clear(state, key, "p", "why", now);
          case WAIT -> LIFE.look(state, now);
        },
        now);
  }

  private static boolean holds(ModeState state, ModeKey key) {
    return state.find(ModeNames.of(key)).map(KeptMode::holds).orElse(false);
  }

  @Test
  void everyOrder_keepsToWhatAPersonExpects() {
    explore(ModeState.empty(), new Model(), START, 5);
  }

  private static int explore(ModeState state, Model model, Instant now, int depth) {
    int seen = 1;
    if (depth == 0) {
      return seen;
    }
    for (Act act : Act.values()) {
      // Ten seconds: less than any bound alone, more than both after a few of them.
      Instant then = now.plusSeconds(10);
      ModeState next = act(state, SAVING, act, then);
      Model expected = after(model, act);
      check(state, next, expected, act, then);
      seen += explore(next, expected, then, depth - 1);
    }
    return seen;
  }

  private static Model after(Model before, Act act) {
    Model now = new Model();
    now.a = before.a;
    now.b = before.b;
    now.word = before.word;
    switch (act) {
      case ENTER_A -> now.a = true;
      case ENTER_B -> now.b = true;
      case LEAVE_A -> now.a = false;
      case LEAVE_B -> now.b = false;
      case ON -> now.word = true;
      case OFF -> now.word = false;
      case CLEAR -> {
        boolean keepsGrounds = Boolean.FALSE.equals(before.word);
        now.a &= keepsGrounds;
        now.b &= keepsGrounds;
        now.word = null;
      }
      case WAIT -> {}
    }
    return now;
  }

  private static void check(ModeState before, ModeState state, Model model, Act act, Instant now) {
    boolean holds = holds(state, SAVING);
    if (Boolean.TRUE.equals(model.word)) {
      assertTrue(holds, "a person set it");
    } else if (Boolean.FALSE.equals(model.word)) {
      assertFalse(holds, "a person keeps the node out");
    } else if (model.a || model.b) {
      assertTrue(holds, "there is a ground");
    } else if (act == Act.CLEAR) {
      assertFalse(holds, "a person cleared it");
    }
    boolean left = holds(before, SAVING) && !holds;
    if (left && (act == Act.LEAVE_A || act == Act.LEAVE_B || act == Act.WAIT)) {
      KeptMode was = before.find(ModeNames.of(SAVING)).orElseThrow();
      assertFalse(was.entered().at().plusSeconds(LEAST_STAY_S).isAfter(now), "least stay");
      assertTrue(act == Act.WAIT, "the last ground went just now");
      assertFalse(was.quietSince().plusSeconds(QUIET_S).isAfter(now), "quiet time");
    }
    int grounds = state.find(ModeNames.of(SAVING)).map(mode -> mode.grounds().size()).orElse(0);
    assertEquals((model.a ? 1 : 0) + (model.b ? 1 : 0), grounds);
  }

  @Test
  void aGround_thatComesBackInTime_keepsTheMode_andThenItIsLeft() {
    ModeState state = act(ModeState.empty(), SAVING, Act.ENTER_A, START);
    state = act(state, SAVING, Act.LEAVE_A, START.plusSeconds(40));
    assertEquals(START.plusSeconds(70), LIFE.nextLook(state).orElseThrow());
    state = act(state, SAVING, Act.ENTER_A, START.plusSeconds(60));
    assertTrue(LIFE.nextLook(state).isEmpty());
    state = act(state, SAVING, Act.LEAVE_A, START.plusSeconds(80));
    assertTrue(holds(act(state, SAVING, Act.WAIT, START.plusSeconds(109)), SAVING));
    assertFalse(holds(act(state, SAVING, Act.WAIT, START.plusSeconds(110)), SAVING));
  }

  /** With a way back it is settled then, and left when all tests have passed. */
  @Test
  void aModeWithAWayBack_isLeftWhenAllIsWell_andOnlyIfItHasNoGround() {
    ModeLife life = new ModeLife(TESTED, new ModeRules(TESTED, List.of("cpu-0")));
    ModeState state = act(ModeState.empty(), SAVING, Act.ENTER_A, START);
    Instant later = START.plusSeconds(600);
    assertTrue(life.restored(state, List.of(SAVING), "well", later).isEmpty(), "it has a ground");
    state = apply(state, life.leave(state, SAVING, "a", "gone", later), later);
    assertTrue(holds(state, SAVING));
    assertTrue(life.nextLook(state).isEmpty());
    assertTrue(life.look(state, later.plusSeconds(600)).isEmpty());
    KeptMode kept = state.find(ModeNames.of(SAVING)).orElseThrow();
    assertEquals(later.plusSeconds(QUIET_S), life.leavesAt(kept).orElseThrow());
    state = apply(state, life.restored(state, List.of(SAVING), "well", later), later);
    assertFalse(holds(state, SAVING));
    ModeState demanded = act(ModeState.empty(), SAVING, Act.ON, START);
    assertTrue(life.restored(demanded, List.of(SAVING), "well", later).isEmpty());
  }

  @Test
  void aGatedMode_isLeftByAPersonAlone() {
    ModeState state = act(ModeState.empty(), PROTECTED, Act.ENTER_A, START);
    state = act(state, PROTECTED, Act.LEAVE_A, START.plusSeconds(600));
    state = act(state, PROTECTED, Act.WAIT, START.plusSeconds(6_000));
    assertTrue(holds(state, PROTECTED));
    assertTrue(LIFE.nextLook(state).isEmpty());
    assertFalse(holds(act(state, PROTECTED, Act.CLEAR, START.plusSeconds(6_001)), PROTECTED));
  }

  @Test
  void leavingOneMode_liftsNoOther() {
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    ModeState state = act(ModeState.empty(), SAVING, Act.ENTER_A, START);
    state = act(state, minimal, Act.ON, START.plusSeconds(1));
    state = act(state, minimal, Act.CLEAR, START.plusSeconds(2));
    assertTrue(holds(state, SAVING));
    assertFalse(holds(state, minimal));
    assertEquals(1, state.modes().size());
  }

  @Test
  void entering_saysWhatItDemands() {
    List<ModeLife.Fact> facts =
        LIFE.override(
            ModeState.empty(),
            ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE),
            true,
            "p",
            "why",
            START);
    ModeEvent.ModeEntered entered =
        (ModeEvent.ModeEntered) facts.get(1).apply(EventMeta.root("e", START));
    assertTrue(entered.demands().contains("sessions at a time at most 1"), entered.toString());
    assertTrue(entered.demands().contains("off: large_allocations"), entered.toString());
  }
}
