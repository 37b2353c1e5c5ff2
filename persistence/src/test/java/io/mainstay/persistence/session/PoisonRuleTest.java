package io.mainstay.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.PoisonRule.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoisonRuleTest {
  private static final PoisonRule RULE = new PoisonRule(2, 3);

  @Test
  void decide_overAllSmallRangesAndDeaths_followsTheRule() {
    for (int size = 1; size <= 64; size++) {
      for (int deaths = 1; deaths <= 8; deaths++) {
        Verdict expected;
        if (size == 1) {
          expected = deaths >= 3 ? Verdict.POISON : Verdict.SEND_AGAIN;
        } else {
          expected = deaths >= 2 ? Verdict.SPLIT : Verdict.SEND_AGAIN;
        }
        assertEquals(expected, RULE.decide(new DocumentRange(7, 7 + size), deaths));
      }
    }
  }

  @Test
  void decide_forEveryCulpritOfEveryBatch_isolatesItAloneWithinTheLogarithm() {
    for (int size = 1; size <= 40; size++) {
      for (int culprit = 0; culprit < size; culprit++) {
        Bisect bisect = bisect(size, Set.of(culprit));
        assertEquals(Set.of(culprit), bisect.poisoned(), "size " + size);
        int halvings = 32 - Integer.numberOfLeadingZeros(size - 1);
        assertTrue(
            bisect.deaths() <= 3 + halvings,
            bisect.deaths() + " deaths for document " + culprit + " of " + size);
      }
    }
  }

  @Test
  void decide_withTwoCulprits_isolatesBothAndSparesTheOthers() {
    for (int a = 0; a < 16; a++) {
      for (int b = a + 1; b < 16; b++) {
        assertEquals(Set.of(a, b), bisect(16, Set.of(a, b)).poisoned());
      }
    }
  }

  @Test
  void rule_thatGivesUpADocumentBeforeItSplits_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PoisonRule(3, 2));
    assertThrows(IllegalArgumentException.class, () -> new PoisonRule(0, 2));
  }

  private record Bisect(Set<Integer> poisoned, int deaths) {}

  private record Batch(DocumentRange range, int deaths) {}

  // Every batch with a culprit kills its worker, each time.
  private static Bisect bisect(int size, Set<Integer> culprits) {
    Deque<Batch> open = new ArrayDeque<>();
    open.add(new Batch(new DocumentRange(0, size), 0));
    Set<Integer> poisoned = new HashSet<>();
    int total = 0;
    while (!open.isEmpty()) {
      Batch batch = open.poll();
      DocumentRange range = batch.range();
      if (culprits.stream().noneMatch(c -> c >= range.from() && c < range.to())) {
        continue;
      }
      total++;
      int deaths = batch.deaths() + 1;
      switch (RULE.decide(range, deaths)) {
        case SEND_AGAIN -> open.addFirst(new Batch(range, deaths));
        case SPLIT -> {
          open.addFirst(new Batch(range.right(), deaths));
          open.addFirst(new Batch(range.left(), deaths));
        }
        case POISON -> poisoned.add(range.from());
        default -> throw new AssertionError();
      }
    }
    return new Bisect(poisoned, total);
  }
}
