package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Shared memory files of nodes, as the operating system sees them. */
final class SharedMemory {
  private SharedMemory() {}

  /** Files whose node does not live any more. */
  static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("mainstay-"))
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
