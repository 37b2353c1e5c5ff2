package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCatalogTest {
  private static Config with(String change) {
    return ConfigFactory.parseString(change).withFallback(ConfigFactory.load());
  }

  @Test
  void load_theShippedCatalog_definesEveryName() {
    ErrorCatalog catalog = ErrorCatalog.load(ConfigFactory.load());
    assertEquals(ErrorNames.values().length, catalog.all().size());
    for (ErrorDefinition definition : catalog.all()) {
      assertTrue(definition.remedy().length() > 10, definition.name() + " has no remedy");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mainstay.errors.never_raised { domain = device; severity = high; recovery-priority = 2; blame"
        + " = worker; message = m; remedy = r },never_raised",
    "mainstay.errors.component_failure.domain = kitchen,kitchen",
    "mainstay.errors.component_failure.colour = red,colour",
    "mainstay.errors.component_failure.severity = dire,dire"
  })
  void load_whenSomethingIsUnknown_namesItAndItsLine(String change, String named) {
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> ErrorCatalog.load(with(change.replace(';', '\n'))));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
    assertTrue(refused.getMessage().contains("String: 1"), refused.getMessage());
  }
}
