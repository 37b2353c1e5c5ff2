package io.mainstay.protocol.golden;

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

  /** One whole frame. */
  public static byte[] frame(String template) throws IOException {
    return Files.readAllBytes(DIRECTORY.resolve(template + ".bin"));
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
