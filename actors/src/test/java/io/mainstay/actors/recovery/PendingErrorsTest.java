package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.catalog.Mechanism;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An error whose mechanism is pending cannot be raised: no class but the enum names it. */
class PendingErrorsTest {
  private static final String HEADING = "## What do pending errors wait for?";
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_]+)` \\| ([^|]+) \\|$", Pattern.MULTILINE);

  @Test
  void pendingErrors_areNamedByNoClass_andTheOthersBySome() throws Exception {
    List<String> pendingNamed = new ArrayList<>();
    List<String> causedUnnamed = new ArrayList<>();
    List<String> pools = pools();
    for (ErrorDefinition error : ErrorCatalog.load(ConfigFactory.load()).all()) {
      String constant = error.error().name();
      boolean named = pools.stream().anyMatch(pool -> pool.contains(constant));
      if (error.mechanism() == Mechanism.PENDING && named) {
        pendingNamed.add(error.name());
      } else if (error.mechanism() == Mechanism.CAUSED && !named) {
        causedUnnamed.add(error.name());
      }
    }
    assertEquals(List.of(), pendingNamed, "they could be raised: they are not pending");
    assertEquals(List.of(), causedUnnamed, "nothing raises them: they are pending");
  }

  /** A row there says what is missing: who builds it takes the row away, and this test holds. */
  @Test
  void pendingErrors_areThoseOfTheTableThatSaysWhatTheyWaitFor() throws Exception {
    Map<String, String> missing = new TreeMap<>();
    String text = Files.readString(Path.of("RATIONALE.md"));
    int begin = text.indexOf(HEADING);
    assertTrue(begin >= 0, "RATIONALE.md has no heading '" + HEADING + "'");
    String section = text.substring(begin, text.indexOf("\n## ", begin));
    ROW.matcher(section)
        .results()
        .forEach(row -> assertNull(missing.put(row.group(1), row.group(2).strip())));
    Set<String> pending = new TreeSet<>();
    for (ErrorDefinition error : ErrorCatalog.load(ConfigFactory.load()).all()) {
      if (error.mechanism() == Mechanism.PENDING) {
        pending.add(error.name());
      }
    }
    assertEquals(pending, missing.keySet());
    missing.forEach((error, what) -> assertFalse(what.isEmpty(), error));
  }

  /** Constant pools of all classes that refer to the enum, as text, but for its own. */
  private static List<String> pools() throws IOException, URISyntaxException {
    Path classes =
        Path.of(ErrorNames.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> pools = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".class")
            && !file.getFileName().toString().startsWith("ErrorNames")) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (text.contains("io/mainstay/actors/recovery/ErrorNames")) {
            pools.add(text);
          }
        }
      }
    }
    assertTrue(pools.size() > 10, "classes were found in " + classes);
    return pools;
  }
}
