package io.mainstay.actors.device.worker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a worker's I/O thread: whether it ran, or waited for a CPU, since it was
 * last looked at. From {@code /proc/PID/schedstat} (time on a CPU, time waiting for one) and the
 * state letter of {@code /proc/PID/stat}. Where the kernel keeps no such accounts it knows nothing,
 * and every thread counts as idle. For one thread.
 */
final class IoThreadWatch {
  private String accounts = "";

  /** True when the thread slept, or was stopped, since the last call. */
  boolean idleSince(long pid) {
    if (pid == 0) {
      return false;
    }
    try {
      String before = accounts;
      accounts = read(pid, "schedstat");
      return accounts.equals(before) && !runnable(read(pid, "stat"));
    } catch (IOException gone) {
      return true; // Its end is noticed elsewhere.
    }
  }

  /** The letter after the program's name, which is in parentheses and may hold any character. */
  static boolean runnable(String stat) {
    int end = stat.lastIndexOf(')');
    return end >= 0 && end + 2 < stat.length() && stat.charAt(end + 2) == 'R';
  }

  private static String read(long pid, String file) throws IOException {
    return new String(
        Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.US_ASCII);
  }
}
