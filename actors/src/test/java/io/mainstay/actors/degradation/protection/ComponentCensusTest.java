package io.mainstay.actors.degradation.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.ArenaFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.degradation.protection.ComponentHealth.Health;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ComponentCensusTest {
  private static final List<String> DEVICES = List.of("cpu-0", "cpu-1");
  private static final List<String> DOMAINS =
      List.of("device", "memory", "model", "processing", "inference", "postprocessing");

  static DeviceFacts device(String id, String state, boolean worker, boolean busy) {
    long epoch = worker ? 7 : 0;
    SlotFacts slot =
        new SlotFacts(
            "a",
            epoch,
            epoch,
            worker,
            worker,
            busy,
            Map.of(),
            0,
            0,
            ArenaFacts.NONE,
            Optional.empty());
    boolean serves = state.equals("serving");
    return new DeviceFacts(
        id, state, 1, epoch, serves ? Set.of("m") : Set.of(), Set.of("m"), List.of(slot));
  }

  static Map<String, Boolean> answered(String... silent) {
    Map<String, Boolean> all = new LinkedHashMap<>();
    DOMAINS.forEach(domain -> all.put(domain, !Set.of(silent).contains(domain)));
    return all;
  }

  private static Map<String, Health> health(ComponentCensus census) {
    return census.components().stream()
        .collect(Collectors.toMap(ComponentHealth::component, ComponentHealth::health));
  }

  @Test
  void ofAHealthyNode_nothingIsUnhealthy() {
    ComponentCensus census =
        ComponentCensus.of(
            DEVICES,
            List.of(
                device("cpu-0", "serving", true, false), device("cpu-1", "serving", true, true)),
            Map.of(),
            answered());
    assertEquals(11, census.components().size());
    assertEquals(0, census.unhealthyShare());
    // Nobody asked for an account here: silence of a worker that lives is no failure.
    assertEquals(Health.DEGRADED, health(census).get("worker/cpu-0"));
    assertEquals(Health.HEALTHY, health(census).get("model/m"));
  }

  @Test
  void everyStateOfADevice_countsAsWhatItCanDo() {
    Map<String, Health> expected =
        Map.of(
            "serving", Health.HEALTHY,
            "starting", Health.DEGRADED,
            "suspected", Health.DEGRADED,
            "restarting", Health.UNHEALTHY,
            "failed", Health.UNHEALTHY,
            "stopped", Health.UNHEALTHY);
    expected.forEach(
        (state, health) -> {
          boolean worker = state.equals("serving") || state.equals("suspected");
          Map<String, Health> seen =
              health(
                  ComponentCensus.of(
                      List.of("cpu-0"),
                      List.of(device("cpu-0", state, worker, false)),
                      Map.of(),
                      answered()));
          assertEquals(health, seen.get("device/cpu-0"), state);
          boolean gone = health == Health.UNHEALTHY;
          assertEquals(gone ? Health.UNHEALTHY : Health.DEGRADED, seen.get("worker/cpu-0"), state);
          assertEquals(
              state.equals("serving")
                  ? Health.HEALTHY
                  : state.equals("starting") ? Health.DEGRADED : Health.UNHEALTHY,
              seen.get("model/m"),
              state);
        });
  }

  @Test
  void oneOfTwoDevicesGone_isNoCascade_bothAre() {
    ComponentCensus one =
        ComponentCensus.of(
            DEVICES,
            List.of(
                device("cpu-0", "failed", false, false), device("cpu-1", "serving", true, false)),
            Map.of(),
            answered());
    assertEquals(2, one.unhealthy().size(), one.text());
    assertTrue(one.unhealthyShare() <= 0.3, one.text());
    ComponentCensus both =
        ComponentCensus.of(
            DEVICES,
            List.of(
                device("cpu-0", "failed", false, false), device("cpu-1", "failed", false, false)),
            Map.of(),
            answered());
    assertEquals(5, both.unhealthy().size(), both.text());
    assertTrue(both.unhealthyShare() > 0.3, both.text());
    assertTrue(both.text().startsWith("5 of 11 components are unhealthy (45 %): device/cpu-0"));
  }

  @Test
  void whoIsSilent_andWhatIsBroken_isUnhealthy() {
    ComponentCensus census =
        ComponentCensus.of(
            DEVICES,
            List.of(device("cpu-0", "serving", true, false)),
            Map.of("m", "a file is cut short", "unused", "broken"),
            answered("memory"));
    Map<String, Health> seen = health(census);
    assertEquals(Health.UNHEALTHY, seen.get("device/cpu-1"));
    assertEquals(Health.UNHEALTHY, seen.get("worker/cpu-1"));
    assertEquals(Health.UNHEALTHY, seen.get("model/m"));
    assertEquals(Health.UNHEALTHY, seen.get("domain/memory"));
    assertEquals(Health.HEALTHY, seen.get("domain/device"));
    assertTrue(!seen.containsKey("model/unused"), "what no device is to hold is no component");
  }

  @Test
  void aModelThatComes_isNoFailure() {
    DeviceFacts loading =
        new DeviceFacts(
            "cpu-0",
            "serving",
            1,
            7,
            Set.of(),
            Set.of("m"),
            List.of(new SlotFacts("a", 7, 7, true, true, true, Map.of(), 0, 0, ArenaFacts.NONE)));
    assertEquals(
        Health.DEGRADED,
        health(ComponentCensus.of(List.of("cpu-0"), List.of(loading), Map.of(), answered()))
            .get("model/m"));
  }
}
