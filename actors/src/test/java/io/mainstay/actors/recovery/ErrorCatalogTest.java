package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.ErrorOrigin;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.actors.recovery.catalog.StrategyName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCatalogTest {
  private static final ErrorCatalog SHIPPED = ErrorCatalog.load(ConfigFactory.load());
  private static final Pattern NAMED_IN_CODE = Pattern.compile("ErrorNames\\s*\\.\\s*([A-Z_]+)");

  private static Config with(String change) {
    return ConfigFactory.parseString(change).withFallback(ConfigFactory.load());
  }

  /** Rows of a list that was taken from the specification. */
  private static List<String[]> spec(String file) throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/spec", file)).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",", -1))
        .toList();
  }

  private static Set<String> names(ErrorOrigin origin) {
    return SHIPPED.all().stream()
        .filter(known -> known.origin() == origin)
        .map(ErrorDefinition::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void load_theShippedCatalog_definesEveryName() {
    assertEquals(ErrorNames.values().length, SHIPPED.all().size());
    for (ErrorDefinition definition : SHIPPED.all()) {
      assertTrue(definition.remedy().length() > 10, definition.name() + " has no remedy");
    }
  }

  @Test
  void shipped_seedErrors_areThoseOfTheSpecificationWithTheirValues() throws IOException {
    List<String[]> rows = spec("error-types.csv");
    assertEquals(38, rows.size());
    assertEquals(
        rows.stream().map(row -> row[0]).collect(Collectors.toCollection(TreeSet::new)),
        names(ErrorOrigin.SEED));
    for (String[] row : rows) {
      ErrorDefinition known = SHIPPED.named(row[0]).orElseThrow();
      assertEquals(row[1], lower(known.domain()), row[0]);
      assertEquals(row[2], lower(known.severity()), row[0]);
      assertEquals(Integer.parseInt(row[3]), known.priority().number(), row[0]);
      assertEquals(row[4], known.pattern().code(), row[0]);
      assertEquals(
          new TreeSet<>(List.of(row[5].split("\\+"))),
          known.impacts().stream()
              .map(ErrorCatalogTest::lower)
              .collect(Collectors.toCollection(TreeSet::new)),
          row[0]);
    }
  }

  @Test
  void shipped_conditionsNamedElsewhere_areTheFortyOfTheSpecification() throws IOException {
    List<String[]> rows = spec("error-types-named-elsewhere.csv");
    assertEquals(40, rows.size());
    assertEquals(
        rows.stream().map(row -> row[0]).collect(Collectors.toCollection(TreeSet::new)),
        names(ErrorOrigin.NAMED));
    for (String[] row : rows) {
      ErrorDefinition known = SHIPPED.named(row[0]).orElseThrow();
      assertEquals(row[1], lower(known.domain()), row[0]);
      assertEquals(row[2], lower(known.severity()), row[0]);
    }
  }

  @Test
  void shipped_strategies_coverTheErrorsOfTheSpecification() throws IOException {
    Set<String> known = new LinkedHashSet<>();
    for (String[] row : spec("strategies.csv")) {
      known.add(row[0]);
      for (String error : row[1].split("\\+")) {
        assertEquals(row[0], SHIPPED.named(error).orElseThrow().strategy().code(), error);
      }
    }
    assertEquals(24, known.size());
    assertEquals(
        known,
        Arrays.stream(StrategyName.values())
            .map(CatalogName::code)
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  @Test
  void shipped_cascades_haveTheTriggersOfTheSpecification() throws IOException {
    List<String[]> rows = spec("cascade-triggers.csv");
    assertEquals(15, rows.size());
    assertEquals(15, CascadeName.values().length);
    for (String[] row : rows) {
      CascadeName cascade = SHIPPED.named(row[0]).orElseThrow().cascade().orElseThrow();
      if (!row[1].isEmpty()) {
        assertEquals(row[1], cascade.code());
      }
    }
  }

  @Test
  void shipped_pendingErrors_areAtMostTwentyAndNoneOfTheSeeds() {
    List<ErrorDefinition> pending =
        SHIPPED.all().stream().filter(known -> known.mechanism() == Mechanism.PENDING).toList();
    assertTrue(pending.size() <= 20, () -> pending.size() + " are pending");
    assertTrue(pending.stream().allMatch(known -> known.origin() == ErrorOrigin.NAMED));
  }

  @Test
  void everyError_isNamedByCodeThatRunsExactlyWhenItIsNotPending() throws IOException {
    Set<String> raised = namedInCode();
    for (ErrorDefinition known : SHIPPED.all()) {
      assertEquals(
          known.mechanism() == Mechanism.CAUSED,
          raised.contains(known.error().name()),
          () ->
              known.name()
                  + " is "
                  + known.mechanism().code()
                  + " in mainstay-errors.conf; code that runs says otherwise");
    }
  }

  private static Set<String> namedInCode() throws IOException {
    Set<String> names = new TreeSet<>();
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String text = Files.readString(file);
        assertTrue(
            !text.contains("import static io.mainstay.actors.recovery.ErrorNames"),
            file + " imports names of errors statically, where this test does not see them");
        NAMED_IN_CODE.matcher(text).results().forEach(match -> names.add(match.group(1)));
      }
    }
    return names;
  }

  @Test
  void find_byNameNumberOrAlias_isTheSameError() {
    ErrorDefinition error = SHIPPED.get(ErrorNames.valueOf("VORTICE_ALLOCATION_FAILURE"));
    assertEquals(error, SHIPPED.find("vortice_allocation_failure").orElseThrow());
    assertEquals(error, SHIPPED.find(error.number()).orElseThrow());
    assertEquals(error, SHIPPED.find("host_allocation_failure").orElseThrow());
    assertEquals(
        ErrorNames.DOMAIN_RESOURCE_EXHAUSTION,
        SHIPPED.find("resource_exhaustion").orElseThrow().error());
    assertTrue(SHIPPED.find("DEV_999").isEmpty());
    assertEquals(
        SHIPPED.find("DEV_001").orElseThrow(),
        SHIPPED.find("device_discovery_failure").orElseThrow());
  }

  @Test
  void require_whenAStrategyOrCascadeHasNoCode_namesItWithFileAndLine() {
    Set<StrategyName> strategies = EnumSet.allOf(StrategyName.class);
    Set<CascadeName> cascades = EnumSet.allOf(CascadeName.class);
    assertDoesNotThrow(() -> SHIPPED.require(new ImplementedRecoveries(strategies, cascades)));
    strategies.remove(StrategyName.TEMPLATE_FALLBACK);
    assertNames("template_fallback", new ImplementedRecoveries(strategies, cascades));
    strategies.add(StrategyName.TEMPLATE_FALLBACK);
    cascades.remove(CascadeName.DEVICE_FAILURE_MEMORY_CLEANUP);
    assertNames("device_failure_memory_cleanup", new ImplementedRecoveries(strategies, cascades));
  }

  private static void assertNames(String name, ImplementedRecoveries implemented) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> SHIPPED.require(implemented));
    assertTrue(refused.getMessage().contains(name), refused.getMessage());
    assertTrue(refused.getMessage().matches("(?s).*mainstay-errors.conf.*: [0-9]+.*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "never_raised { domain = device } | never_raised",
        "component_failure.domain = kitchen | kitchen",
        "component_failure.colour = red | colour",
        "component_failure.severity = dire | dire",
        "component_failure.category = odd | odd",
        "component_failure.pattern = zigzag | zigzag",
        "component_failure.strategy = hope | hope",
        "component_failure.cascade = waterfall | waterfall",
        "component_failure.cascade = device_failure_memory_cleanup | triggered by",
        "component_failure.modes = [sleep] | sleep",
        "component_failure.mechanism = perhaps | perhaps",
        "component_failure.recovery-priority = 5 | 5",
        "component_failure.blame = nobody | nobody",
        "component_failure.codes = [] | at least one code",
        "component_failure.codes = [PLT1] | PLT1",
        "component_failure.codes = [DEV_001] | DEV_001",
        "component_failure.aliases = [poison_message] | poison_message",
        "component_failure.impacts = [] | at least one other",
        "component_failure.impacts = [platform] | only other domains",
        "component_failure.impacts = [memory, memory] | said twice",
        "component_failure.message = ' ' | empty",
        "component_failure = null | component_failure",
        "component_failure.strategy = null | strategy"
      })
  void load_whenSomethingIsWrong_namesItAndItsPlace(String change, String named) {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> ErrorCatalog.load(with("mainstay.errors." + change.replace('\'', '"'))));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
    assertTrue(
        refused.getMessage().matches("(?s).*(String|mainstay-errors.conf.*): [0-9]+.*"),
        refused.getMessage());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
