package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.recovery.engine.RecoveryChains.Link;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecoveryChainsTest {
  private final RecoveryChains chains = new RecoveryChains(Duration.ofNanos(100), 2);

  @Test
  void sameNameInTheSameChain_isSuspect_whileItRuns_andForAWhile() {
    Link one = new Link("R1", "rescue", "root");
    assertEquals(Set.of("R1"), chains.suspects("rescue", "root", Stream.of(one), 0));
    assertEquals(Set.of(), chains.suspects("other", "root", Stream.of(one), 0));
    assertEquals(Set.of(), chains.suspects("rescue", "elsewhere", Stream.of(one), 0));
    chains.ended(one, 5);
    assertEquals(Set.of("R1"), chains.suspects("rescue", "root", Stream.of(), 104));
    assertEquals(Set.of(), chains.suspects("rescue", "root", Stream.of(), 105));
    assertEquals(0, chains.size());
  }

  @Test
  void moreThanMay_theOldestIsForgotten_andOneThatIsToldAgainIsNotOld() {
    chains.ended(new Link("R1", "rescue", "root"), 0);
    chains.ended(new Link("R2", "rescue", "root"), 1);
    chains.ended(new Link("R1", "rescue", "root"), 2);
    chains.ended(new Link("R3", "rescue", "root"), 3);
    assertEquals(Set.of("R1", "R3"), chains.suspects("rescue", "root", Stream.of(), 4));
  }
}
