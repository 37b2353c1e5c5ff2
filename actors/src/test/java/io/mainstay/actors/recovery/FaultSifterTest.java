package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.FaultSifter.Verdict;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FaultSifterTest {
  private static final FaultSifter.Limits LIMITS = new FaultSifter.Limits(100, 3, 1_000);

  private static FaultSifter.Step take(FaultSifter sifter, String evidence, long now) {
    return sifter.take(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0", evidence, now);
  }

  @Test
  void sameFault_saidTwiceWithinAMoment_isOne() {
    FaultSifter.Step first = take(FaultSifter.begin(LIMITS), "epoch 1", 0);
    assertEquals(Verdict.JOURNAL, first.verdict());
    assertEquals(Verdict.SAME, take(first.next(), "epoch 1", 99).verdict());
    assertEquals(Verdict.JOURNAL, take(first.next(), "epoch 1", 100).verdict());
    assertEquals(Verdict.JOURNAL, take(first.next(), "epoch 2", 1).verdict());
  }

  @Test
  void faultsBeyondTheQuota_areCountedAndToldWithTheNextOne() {
    FaultSifter sifter = FaultSifter.begin(LIMITS);
    for (int i = 0; i < 3; i++) {
      FaultSifter.Step step = take(sifter, "epoch " + i, i);
      assertEquals(Verdict.JOURNAL, step.verdict());
      sifter = step.next();
    }
    for (int i = 3; i < 10; i++) {
      FaultSifter.Step step = take(sifter, "epoch " + i, i);
      assertEquals(Verdict.LEAVE_OUT, step.verdict());
      sifter = step.next();
    }
    assertEquals(
        Verdict.JOURNAL,
        sifter.take(ErrorNames.MISSED_HEARTBEAT, "device/cpu-0", "silent", 10).verdict());
    FaultSifter.Step next = take(sifter, "epoch 10", 1_000);
    assertEquals(Verdict.JOURNAL, next.verdict());
    assertEquals(7, next.leftOut());
    assertEquals(0, take(next.next(), "epoch 11", 1_001).leftOut());
  }

  @Property
  void everyFault_isJournaledSaidBeforeOrTold(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 400) Integer> gaps) {
    FaultSifter sifter = FaultSifter.begin(LIMITS);
    long now = 0;
    int journaled = 0;
    int leftOut = 0;
    int told = 0;
    for (int i = 0; i < gaps.size(); i++) {
      now += gaps.get(i);
      FaultSifter.Step step = take(sifter, "epoch " + i, now);
      sifter = step.next();
      journaled += step.verdict() == Verdict.JOURNAL ? 1 : 0;
      leftOut += step.verdict() == Verdict.LEAVE_OUT ? 1 : 0;
      told += step.leftOut();
      assertTrue(sifter.seen().size() <= 256);
    }
    int open = sifter.quotas().values().stream().mapToInt(FaultSifter.Quota::leftOut).sum();
    assertEquals(gaps.size(), journaled + leftOut);
    assertEquals(leftOut, told + open);
    assertTrue(journaled <= 3 * (now / 1_000 + 1));
  }
}
