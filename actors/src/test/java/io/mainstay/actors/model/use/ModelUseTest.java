package io.mainstay.actors.model.use;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelUseTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration IDLE = Duration.ofMinutes(10);

  @Test
  void hold_whenToldTwice_countsOnceAndEndsWithTheHolder() {
    ModelUse use =
        ModelUse.none()
            .hold("runner-1", "shapes", "session a", START)
            .hold("runner-1", "shapes", "session a", START)
            .hold("runner-1", "guard", "session a", START)
            .hold("runner-2", "shapes", "session b", START);
    assertEquals(2, use.count("shapes"));
    assertEquals(List.of("session a", "session b"), use.holders("shapes"));

    ModelUse after = use.letGo("runner-1", START.plusSeconds(5));

    assertEquals(List.of("session b"), after.holders("shapes"));
    assertFalse(after.isHeld("guard"));
    assertEquals(Optional.of(START.plusSeconds(5)), after.lastUsed("guard"));
    assertEquals(after, after.letGo("runner-1", START.plusSeconds(9)), "gone is gone");
  }

  @Test
  void used_neverGoesBack() {
    ModelUse use = ModelUse.none().used("shapes", START.plusSeconds(5)).used("shapes", START);

    assertEquals(Optional.of(START.plusSeconds(5)), use.lastUsed("shapes"));
  }

  @Test
  void look_whenAModelWasNeverUsed_countsFromTheFirstLook() {
    IdleModels first = IdleModels.look(ModelUse.none(), List.of("shapes"), IDLE, START);
    assertEquals(List.of(), first.due());

    Instant justBefore = START.plus(IDLE).minusMillis(1);
    assertEquals(
        List.of(), IdleModels.look(first.use(), List.of("shapes"), IDLE, justBefore).due());
    assertEquals(
        List.of("shapes"),
        IdleModels.look(first.use(), List.of("shapes"), IDLE, START.plus(IDLE)).due());
  }

  @Test
  void look_whenAModelIsHeldOrWasJustUsed_leavesIt() {
    ModelUse held = ModelUse.none().hold("runner", "shapes", "session a", START);
    Instant later = START.plus(IDLE).plus(IDLE);
    assertEquals(List.of(), IdleModels.look(held, List.of("shapes"), IDLE, later).due());

    ModelUse let = held.letGo("runner", later);
    assertEquals(
        List.of(), IdleModels.look(let, List.of("shapes"), IDLE, later.plusSeconds(1)).due());
    assertTrue(
        IdleModels.look(let, List.of("shapes"), IDLE, later.plus(IDLE)).due().contains("shapes"));
  }
}
