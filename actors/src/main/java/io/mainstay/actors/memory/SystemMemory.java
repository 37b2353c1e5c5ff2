package io.mainstay.actors.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine's memory as {@code /proc/meminfo} tells it.
 *
 * @param totalBytes MemTotal
 * @param availableBytes MemAvailable: what new work can have without swapping
 */
public record SystemMemory(long totalBytes, long availableBytes) {
  /** Where Linux says so. */
  public static final Path MEMINFO = Path.of("/proc/meminfo");

  /** One sample. Source: proc_meminfo(5); the values are KiB. */
  public interface Probe {
    SystemMemory sample() throws IOException;
  }

  /** As it is now. */
  public static SystemMemory now() throws IOException {
    return read(MEMINFO);
  }

  /** Reads such a file. */
  public static SystemMemory read(Path meminfo) throws IOException {
    List<String> lines = Files.readAllLines(meminfo);
    return new SystemMemory(
        field(meminfo, lines, "MemTotal:"), field(meminfo, lines, "MemAvailable:"));
  }

  /** Share in use, 0 to 1. */
  public double usedFraction() {
    return 1 - (double) availableBytes / totalBytes;
  }

  private static long field(Path meminfo, List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name)) {
        String[] words = line.substring(name.length()).trim().split("\\s+");
        try {
          return Math.multiplyExact(Long.parseLong(words[0]), 1024L);
        } catch (NumberFormatException unreadable) {
          throw new IOException(meminfo + " has the line '" + line + "', no number", unreadable);
        }
      }
    }
    throw new IOException(meminfo + " has no line " + name);
  }
}
