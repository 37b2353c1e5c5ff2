package io.mainstay.actors.device.worker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's count of out-of-memory kills, machine-wide, from /proc/vmstat. A SIGKILL between two
 * readings that differ is taken for one of them. Sampled by the reading thread, asked by the one
 * that reports.
 */
final class OomKills {
  private static final Path VMSTAT = Path.of("/proc/vmstat");
  private static final String KEY = "oom_kill ";
  private static final long UNKNOWN = -1;

  private volatile long last = read();

  /** Remembers the count while the worker is known to live. */
  void sample() {
    last = read();
  }

  /** Whether the killer acted since the last sample. */
  boolean grew() {
    long now = read();
    return last != UNKNOWN && now > last;
  }

  private static long read() {
    try (var lines = Files.lines(VMSTAT)) {
      return lines
          .filter(line -> line.startsWith(KEY))
          .mapToLong(line -> Long.parseLong(line.substring(KEY.length()).trim()))
          .findFirst()
          .orElse(UNKNOWN);
    } catch (IOException | RuntimeException e) {
      // A kernel or container without it: such a death is reported as KILLED.
      return UNKNOWN;
    }
  }
}
