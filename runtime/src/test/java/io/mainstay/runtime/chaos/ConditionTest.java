package io.mainstay.runtime.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.catalog.Mechanism;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of what can be brought about, beside the catalog. */
class ConditionTest {
  /**
   * Errors that need a node that is killed or started anew, or a defect of ours: the tests that
   * cause them, by the path in the checkout.
   */
  private static final Map<String, String> BY_TESTS =
      Map.of(
          "no_valid_checkpoints_available", "it/src/test/java/io/mainstay/it/ModelRecoveryIT.java",
          "device_discovery_failure", "it/src/test/java/io/mainstay/it/DiscoveryIT.java");

  private final ErrorCatalog catalog = ErrorCatalog.load(ConfigFactory.load());

  @Test
  void everyErrorWithAMechanism_isCausedByAConditionOrATest() throws IOException {
    Set<String> byConditions =
        Conditions.all().stream().map(Condition::code).collect(Collectors.toSet());
    Set<String> uncaused = new TreeSet<>();
    for (ErrorDefinition error : catalog.all()) {
      String test = BY_TESTS.get(error.name());
      boolean tested = test != null && names(Files.readString(Path.of("..").resolve(test)), error);
      if (error.mechanism() == Mechanism.CAUSED
          && !byConditions.contains(error.name())
          && !tested) {
        uncaused.add(error.name());
      }
    }
    assertEquals(Set.of(), uncaused, "nothing causes them");
  }

  private static boolean names(String source, ErrorDefinition error) {
    return source.contains('"' + error.name() + '"')
        || source.contains("ErrorNames." + error.error().name());
  }

  @Test
  void noErrorThatIsPending_hasACauser() {
    List<Condition> wrong =
        Conditions.all().stream()
            .filter(one -> catalog.get(one.error()).mechanism() != Mechanism.CAUSED)
            .toList();
    assertEquals(List.of(), wrong, "the catalog says that nothing can raise it");
  }

  @Test
  void names_areUnique_andEveryScenarioDrawsFromSomething() {
    Map<String, Integer> names = new TreeMap<>();
    Conditions.all().forEach(one -> names.merge(one.wireName(), 1, Integer::sum));
    assertTrue(names.values().stream().allMatch(times -> times == 1), names.toString());
    for (Scenario scenario : Scenario.values()) {
      assertTrue(!scenario.conditions().isEmpty(), scenario.wireName());
      assertEquals(scenario, Scenario.named(scenario.wireName()).orElseThrow());
    }
  }

  @Test
  void aScenario_needsOneKindOfNode() {
    for (Scenario scenario : Scenario.values()) {
      Set<Setup> special =
          scenario.conditions().stream()
              .map(Condition::setup)
              .filter(setup -> setup != Setup.COMMON)
              .collect(Collectors.toSet());
      assertTrue(special.size() <= 1, scenario.wireName() + " " + special);
    }
  }
}
