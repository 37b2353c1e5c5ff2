package io.mainstay.actors.model.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CachePlanTest {
  @Test
  void admit_whenTheBudgetIsFull_evictsWhatWasUsedLongestAgo() {
    CachePlan plan = CachePlan.empty(100).admit("a", 40).next().admit("b", 40).next().touch("a");

    CachePlan.Decision decision = plan.admit("c", 50);

    assertTrue(decision.admitted());
    assertEquals(List.of("b"), decision.evicted());
    assertEquals(Set.of("a", "c"), decision.next().kept().keySet());
    assertEquals(List.of("a"), decision.next().admit("d", 20).evicted());
  }

  @Test
  void admit_whenOneEvictionIsNotEnough_evictsMoreAndNoneTooMany() {
    CachePlan plan =
        CachePlan.empty(100).admit("a", 30).next().admit("b", 30).next().admit("c", 30).next();

    assertEquals(List.of("a", "b"), plan.admit("d", 60).evicted());
    assertEquals(List.of(), plan.admit("d", 10).evicted());
  }

  @Test
  void admit_whenLargerThanTheBudget_changesNothing() {
    CachePlan plan = CachePlan.empty(100).admit("a", 30).next();

    CachePlan.Decision decision = plan.admit("huge", 101);

    assertFalse(decision.admitted());
    assertEquals(plan, decision.next());
    assertFalse(CachePlan.empty(0).admit("a", 1).admitted());
  }

  @Test
  void admit_whenAModelGrew_countsItOnce() {
    CachePlan plan = CachePlan.empty(100).admit("a", 60).next();

    CachePlan.Decision decision = plan.admit("a", 90);

    assertTrue(decision.admitted());
    assertEquals(List.of(), decision.evicted());
    assertEquals(90L, decision.next().kept().get("a"));
  }
}
