package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.consistency.check.ModelFacts.Residence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InterruptedLoadsTest {
  private static final Residence ONE_HERE = new Residence("one", "cpu-0", "loading");
  private static final Residence ONE_THERE = new Residence("one", "cpu-1", "loaded");
  private static final Residence TWO_HERE = new Residence("two", "cpu-0", "failed");
  private static final ModelFacts FACTS =
      new ModelFacts(List.of(ONE_HERE, ONE_THERE, TWO_HERE), List.of(), Map.of(), Map.of());

  @Test
  void namedModel_isWantedWhereverItWas_whateverDeviceIsNamed() {
    assertEquals(
        List.of(ONE_HERE, ONE_THERE),
        InterruptedLoads.wanted("device/cpu-1/one", FACTS, Optional.of("one")));
  }

  @Test
  void namedDevice_isToHaveAllThatItHad_ifNoModelIsNamed() {
    assertEquals(
        List.of(ONE_HERE, TWO_HERE),
        InterruptedLoads.wanted("device/cpu-0", FACTS, Optional.empty()));
  }

  @Test
  void nothingIsWanted_ifTheSubjectNamesNeither() {
    assertEquals(List.of(), InterruptedLoads.wanted("model", FACTS, Optional.empty()));
    assertEquals(List.of(), InterruptedLoads.wanted("device/cpu-0", FACTS, Optional.of("three")));
  }
}
