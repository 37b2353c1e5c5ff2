package io.mainstay.protocol.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mainstay.protocol.ProtocolVersion;
import io.mainstay.protocol.golden.SchemaMessages.Member;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden frames: what is on disk is what the schema means, for ever. A new message needs lines in
 * golden.properties and one run with {@code -Dgolden.write=true}; a changed file is a broken wire.
 */
class GoldenFramesTest {
  private static final int PRESENT = ProtocolVersion.MINOR;
  private static final Map<String, List<Member>> MESSAGES = SchemaMessages.read(PRESENT);

  static Stream<String> messages() {
    return MESSAGES.keySet().stream();
  }

  static Stream<Arguments> olderFrames() {
    return IntStream.range(0, PRESENT)
        .boxed()
        .flatMap(
            version ->
                SchemaMessages.read(version).keySet().stream()
                    .map(name -> arguments(version, name)));
  }

  @Test
  void everyMessageOfTheSchema_hasAGoldenFrameAndNothingElseDoes() throws Exception {
    if (Boolean.getBoolean("golden.write")) {
      writeMissing();
    }
    for (int version = 0; version <= PRESENT; version++) {
      try (var files = Files.list(GoldenFiles.directory(version))) {
        Set<String> present =
            files
                .map(path -> path.getFileName().toString())
                .filter(name -> name.endsWith(".bin"))
                .map(name -> name.substring(0, name.length() - 4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
            new TreeSet<>(SchemaMessages.read(version).keySet()), present, "version " + version);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("olderFrames")
  void decoding_ofAnOlderVersionsFrame_givesTheValuesThatItHad(int version, String message)
      throws Exception {
    List<Member> members = SchemaMessages.read(version).get(message);
    Map<String, String> decoded =
        GoldenCodec.decode(message, members, GoldenFiles.frame(version, message));
    Set<String> newer = new TreeSet<>();
    for (Member member : MESSAGES.get(message)) {
      if (member.since() > version) {
        newer.add(message + "." + member.name());
      }
    }
    Map<String, String> listed = new TreeMap<>(GoldenFiles.values());
    listed.keySet().removeIf(key -> !key.startsWith(message + ".") || newer.contains(key));
    assertEquals(listed, decoded, "all that the version had, and no more");
  }

  @ParameterizedTest
  @MethodSource("messages")
  void encoding_ofTheListedValues_isTheFileByteForByte(String message) throws Exception {
    assertArrayEquals(
        GoldenFiles.frame(message),
        GoldenCodec.encode(message, MESSAGES.get(message), GoldenFiles.values()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decoding_ofTheFile_givesTheListedValuesAndNoOthers(String message) throws Exception {
    Map<String, String> listed = new TreeMap<>(GoldenFiles.values());
    listed.keySet().removeIf(key -> !key.startsWith(message + "."));
    assertEquals(
        listed, GoldenCodec.decode(message, MESSAGES.get(message), GoldenFiles.frame(message)));
  }

  /** Only what is not there yet: an existing frame is never rewritten by a run. */
  private static void writeMissing() throws Exception {
    for (var message : MESSAGES.entrySet()) {
      var file = GoldenFiles.directory(PRESENT).resolve(message.getKey() + ".bin");
      if (Files.notExists(file)) {
        Files.write(
            file, GoldenCodec.encode(message.getKey(), message.getValue(), GoldenFiles.values()));
      }
    }
  }
}
