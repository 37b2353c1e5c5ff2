package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A name that a mode can turn off is a promise: some code must ask for it before it works. */
class OperationTest {
  /** Where names are declared or sorted, and nothing is done. */
  private static final Set<String> NO_WORK =
      Set.of("Operation.java", "OffLimits.java", "ModeRules.java");

  @Test
  void everyName_isAskedForByCodeThatWorks() throws IOException {
    List<String> sources;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !NO_WORK.contains(file.getFileName().toString()))
              .map(OperationTest::read)
              .filter(source -> source.contains("degradation"))
              .toList();
    }
    Set<Operation> unasked = EnumSet.noneOf(Operation.class);
    Arrays.stream(Operation.values())
        .filter(
            name -> {
              Pattern asked = Pattern.compile("\\bOperation\\." + name.name() + "\\b");
              return sources.stream().noneMatch(source -> asked.matcher(source).find());
            })
        .forEach(unasked::add);
    assertEquals(Set.of(), unasked);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
