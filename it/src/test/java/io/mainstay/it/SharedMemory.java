package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Shared memory files of nodes, as the operating system sees them. */
final class SharedMemory {
  // Other programs of ours, such as the worker's own tests, name theirs without a pid.
  private static final Pattern ARENA = Pattern.compile("mainstay-[0-9]+-");

  private SharedMemory() {}

  /** Files whose node does not live any more. */
  static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .filter(file -> ARENA.matcher(file.getFileName().toString()).lookingAt())
          .filter(file -> ProcessHandle.of(ownerOf(file)).filter(ProcessHandle::isAlive).isEmpty())
          .count();
    }
  }

  /** Files of that node, dead or alive. */
  static long of(long hostPid) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("mainstay-" + hostPid + "-"))
          .count();
    }
  }

  /** The pid in an arena file's name. */
  private static long ownerOf(Path file) {
    return Long.parseLong(file.getFileName().toString().split("-")[1]);
  }
}
