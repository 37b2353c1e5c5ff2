package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mainstay.actors.state.StateKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each of the 24 messages is said by somebody in production: built where it is not merely read from
 * the wire, by code that somebody calls; or by the native worker, from outside its encoder.
 */
class MessageEmittersTest {
  /** What a worker alone can know, and the function of its publisher that says it. */
  private static final Map<StateKind, String> BY_WORKERS =
      Map.of(
          StateKind.DEVICE_CAPABILITY_DISCOVERED, "publisher.Capabilities(",
          StateKind.MEMORY_ALLOCATION_REQUEST, "publisher.AllocationWanted(",
          StateKind.MODEL_RUNTIME_UPDATE, "publisher.ModelRuntime(",
          StateKind.SESSION_PROGRESS_UPDATE, "publisher.SessionProgress(",
          StateKind.CROSS_DOMAIN_COORDINATION, "publisher.Coordination(",
          StateKind.DEVICE_HEALTH_UPDATE, "publisher.Health(",
          StateKind.VRAM_USAGE_UPDATE, "publisher.Memory(");

  /** Whom {@link #BY_WORKERS} leaves to workers alone. */
  private static final List<StateKind> BY_WORKERS_ONLY =
      List.of(StateKind.DEVICE_CAPABILITY_DISCOVERED, StateKind.MEMORY_ALLOCATION_REQUEST);

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mainstay");
  }

  @Test
  void everyMessage_isSaidByProductionCode() {
    assertEquals(24, StateKind.values().length);
    Map<StateKind, TreeSet<String>> emitters = new TreeMap<>();
    for (StateKind kind : StateKind.values()) {
      emitters.put(kind, emittersOf(kind));
    }
    assertEquals(
        BY_WORKERS_ONLY,
        emitters.keySet().stream().filter(kind -> emitters.get(kind).isEmpty()).toList(),
        emitters.toString());
  }

  @Test
  void whatWorkersSay_isSaidOutsideOfTheirEncoder() {
    String said = workerSources();
    assertEquals(
        List.of(),
        BY_WORKERS.entrySet().stream()
            .filter(function -> !said.contains(function.getValue()))
            .map(function -> function.getKey() + " by " + function.getValue())
            .sorted()
            .toList());
    assertTrue(BY_WORKERS.keySet().containsAll(BY_WORKERS_ONLY));
  }

  /** Methods that build one and are called by somebody else, as class and method. */
  private static TreeSet<String> emittersOf(StateKind kind) {
    JavaClass type = classes.get(kind.type());
    return type.getConstructorCallsToSelf().stream()
        .map(JavaConstructorCall::getOrigin)
        .filter(origin -> !origin.getOwner().getPackageName().startsWith("io.mainstay.protocol"))
        .filter(MessageEmittersTest::isReached)
        .map(origin -> origin.getOwner().getSimpleName() + "." + origin.getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Through private methods of its own class too. */
  private static boolean isReached(JavaCodeUnit origin) {
    TreeSet<String> seen = new TreeSet<>();
    List<JavaCodeUnit> next = List.of(origin);
    while (!next.isEmpty()) {
      List<JavaCodeUnit> callers =
          next.stream()
              .flatMap(unit -> callersOf(unit))
              .filter(unit -> seen.add(unit.getFullName()))
              .toList();
      if (callers.stream().anyMatch(unit -> !unit.getOwner().equals(origin.getOwner()))) {
        return true;
      }
      next = callers;
    }
    return false;
  }

  private static Stream<JavaCodeUnit> callersOf(JavaCodeUnit unit) {
    return unit.getAccessesToSelf().stream().map(access -> access.getOrigin());
  }

  private static String workerSources() {
    Path sources = Path.of(System.getProperty("basedir", ".")).resolve("../native-worker/src");
    try (Stream<Path> files = Files.list(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".cc"))
          .filter(file -> !file.toString().endsWith("_test.cc"))
          .filter(file -> !file.getFileName().toString().contains("publisher"))
          .map(MessageEmittersTest::read)
          .collect(Collectors.joining("\n"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
