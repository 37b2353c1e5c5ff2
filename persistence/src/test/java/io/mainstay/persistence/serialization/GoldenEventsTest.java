package io.mainstay.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is in a journal can be read for ever. One file per event and version; a file is never
 * changed: another form is another version with a migration. Write a new event's file with {@code
 * -Dmainstay.golden.write=true}; it never overwrites one.
 */
class GoldenEventsTest {
  private static final Path GOLDEN = Path.of("src/test/golden/events");

  private final EventManifests manifests = EventManifests.current();
  private final JournalJson json = new JournalJson(manifests);

  static List<CausedEvent> samples() {
    return EventSamples.all();
  }

  static Set<Map.Entry<String, CausedEvent>> forms() {
    return EventSamples.forms().entrySet();
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files.sorted().toList().stream();
    }
  }

  @Test
  void everyEventOfEveryFamily_hasAManifestAndASample() {
    Set<Class<?>> events =
        manifests.all().values().stream()
            .filter(CausedEvent.class::isAssignableFrom)
            .collect(Collectors.toSet());
    Set<Class<?>> permitted =
        events.stream()
            .map(event -> event.getInterfaces()[0])
            .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
            .collect(Collectors.toSet());
    assertEquals(permitted, events);
    assertEquals(events, samples().stream().map(CausedEvent::getClass).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void event_isWrittenAsItsGoldenFileSays(CausedEvent sample) throws IOException {
    assertGolden(json.manifest(sample), sample);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void event_ofAFurtherForm_isWrittenAsItsGoldenFileSays(Map.Entry<String, CausedEvent> form)
      throws IOException {
    assertEquals(manifest(form.getKey()), json.manifest(form.getValue()));
    assertGolden(form.getKey(), form.getValue());
  }

  private void assertGolden(String name, CausedEvent sample) throws IOException {
    Path file = GOLDEN.resolve(name + ".json");
    byte[] written = json.encode(sample);
    if (Boolean.getBoolean("mainstay.golden.write") && !Files.exists(file)) {
      Files.createDirectories(GOLDEN);
      Files.write(file, written);
    }
    assertTrue(Files.exists(file), file + " is missing");
    assertEquals(Files.readString(file).strip(), new String(written, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("files")
  void goldenFile_ofAnyVersion_isReadAsTheSample(Path file) throws IOException {
    String name = file.getFileName().toString().replaceAll("\\.json$", "");
    JournalEvent read = json.decode(Files.readAllBytes(file), manifest(name));
    Map<String, CausedEvent> special = new HashMap<>(EventSamples.forms());
    special.putAll(EventSamples.old());
    CausedEvent sample =
        special.containsKey(name)
            ? special.get(name)
            : samples().stream()
                .filter(event -> event.getClass() == read.getClass())
                .findFirst()
                .orElseThrow();
    assertEquals(sample, read);
  }

  @Test
  void everyManifestOfAnEvent_hasAGoldenFile() throws IOException {
    Set<String> expected = new HashSet<>();
    EventSamples.forms().keySet().forEach(name -> expected.add(name + ".json"));
    manifests
        .all()
        .forEach(
            (name, type) -> {
              if (CausedEvent.class.isAssignableFrom(type)) {
                expected.add(name + ".json");
              }
            });
    assertEquals(
        expected, files().map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
  }

  private static String manifest(String name) {
    return name.replaceAll("~.*$", "");
  }

  @Test
  void unknownManifest_andClassWithoutOne_areRefused() {
    IOException unknown =
        assertThrows(IOException.class, () -> json.decode(new byte[0], "java.lang.Runtime"));
    assertTrue(unknown.getMessage().contains("java.lang.Runtime"));
    record Stranger() implements JournalEvent {}
    assertThrows(IllegalArgumentException.class, () -> json.encode(new Stranger()));
  }
}
