package io.mainstay.actors.state.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnershipCatalogTest {
  private static final String PATH = "mainstay.ownership.memory.orchestrator.system_memory";
  private final Config config = ConfigFactory.load();

  @Test
  void everyField_hasExactlyOneDeclaration() {
    List<OwnedField> fields = OwnershipCatalog.load(config).fields();

    assertEquals(120, fields.size());
    for (StateDomain domain : StateDomain.values()) {
      assertEquals(
          12,
          fields.stream()
              .filter(f -> f.domain() == domain && f.owner() == Side.ORCHESTRATOR)
              .count(),
          domain + " of the orchestrator");
      assertEquals(
          8,
          fields.stream().filter(f -> f.domain() == domain && f.owner() == Side.WORKER).count(),
          domain + " of the worker");
    }
  }

  @Test
  void everyListedType_declaresSomething() {
    for (Class<?> type : OwnedTypes.load()) {
      assertFalse(type.getAnnotationsByType(Owned.class).length == 0, type.getName());
    }
  }

  @Test
  void load_whenAFieldHasNoDeclaration_namesItWithItsPlace() {
    Config more = config.withValue(PATH + ".dreams", ConfigValueFactory.fromAnyRef("dreams"));

    ConfigException failure =
        assertThrows(ConfigException.class, () -> OwnershipCatalog.load(more));
    assertTrue(failure.getMessage().contains(PATH + ".dreams"), failure.getMessage());
  }

  @Test
  void load_whenADeclarationNamesNoField_namesTheType() {
    Config less = config.withoutPath(PATH + ".pools");

    ConfigException failure =
        assertThrows(ConfigException.class, () -> OwnershipCatalog.load(less));
    assertTrue(failure.getMessage().contains("HostLedger"), failure.getMessage());
    assertTrue(
        failure.getMessage().matches("(?s).*mainstay-ownership\\.conf.*: \\d+.*"),
        failure.getMessage());
  }

  @Test
  void writers_areTheDomainThatHoldsTheType() {
    assertEquals("io.mainstay.actors.memory", Writers.of("io.mainstay.actors.memory"));
    assertEquals("io.mainstay.actors.model", Writers.of("io.mainstay.actors.model.load"));
    assertEquals("io.mainstay.protocol", Writers.of("io.mainstay.protocol.state"));
    assertThrows(IllegalArgumentException.class, () -> Writers.of("io.mainstay.runtime.cli"));
  }
}
