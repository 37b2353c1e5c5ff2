package io.mainstay.protocol.golden;

import io.mainstay.protocol.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The directory of golden frames that both languages read. */
public final class GoldenFiles {
  /** From the module's own folder, which is where its tests run. */
  public static final Path DIRECTORY = Path.of("src/test/golden");

  private GoldenFiles() {}

  /** One whole frame, as the present version of the schema writes it. */
  public static byte[] frame(String template) throws IOException {
    return frame(ProtocolVersion.MINOR, template);
  }

  /** One whole frame, as that version of the schema wrote it. */
  public static byte[] frame(int version, String template) throws IOException {
    return Files.readAllBytes(directory(version).resolve(template + ".bin"));
  }

  /** Where the frames of a version are. */
  static Path directory(int version) {
    return DIRECTORY.resolve("v" + version);
  }

  static Map<String, String> values() throws IOException {
    Properties lines = new Properties();
    try (var in = Files.newBufferedReader(DIRECTORY.resolve("golden.properties"))) {
      lines.load(in);
    }
    Map<String, String> values = new TreeMap<>();
    lines.forEach((key, value) -> values.put((String) key, (String) value));
    return values;
  }
}
