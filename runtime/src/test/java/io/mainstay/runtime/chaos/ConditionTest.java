package io.mainstay.runtime.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.catalog.Mechanism;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of what can be brought about, beside the catalog. */
class ConditionTest {
  @Test
  void noErrorThatIsPending_hasACauser() {
    ErrorCatalog catalog = ErrorCatalog.load(ConfigFactory.load());
    List<Condition> wrong =
        Arrays.stream(Condition.values())
            .filter(one -> catalog.get(one.error()).mechanism() != Mechanism.CAUSED)
            .toList();
    assertEquals(List.of(), wrong, "the catalog says that nothing can raise it");
  }

  @Test
  void names_areUnique_andEveryScenarioDrawsFromSomething() {
    assertEquals(
        Condition.values().length,
        Arrays.stream(Condition.values())
            .map(Condition::wireName)
            .collect(Collectors.toSet())
            .size());
    for (Scenario scenario : Scenario.values()) {
      assertTrue(!scenario.conditions().isEmpty(), scenario.wireName());
      assertEquals(scenario, Scenario.named(scenario.wireName()).orElseThrow());
    }
  }
}
