package io.mainstay.runtime.chaos;

import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A control group of the kernel with little memory: a process in it that takes more is ended by the
 * kernel's out-of-memory killer. Gone when it is closed. Only root may.
 */
final class MemoryGroup implements AutoCloseable {
  private static final Path FIRST = Path.of("/sys/fs/cgroup/memory");
  private static final Path SECOND = Path.of("/sys/fs/cgroup");
  private static final Duration EMPTY_BOUND = Duration.ofSeconds(10);

  private final Path directory;

  private MemoryGroup(Path directory) {
    this.directory = directory;
  }

  /** Whether this machine and user can have one. */
  static boolean possible() {
    return Files.isWritable(FIRST.resolve("cgroup.procs")) || secondHasMemory();
  }

  private static boolean secondHasMemory() {
    Path controllers = SECOND.resolve("cgroup.subtree_control");
    try {
      return Files.isWritable(controllers) && Files.readString(controllers).contains("memory");
    } catch (IOException unreadable) {
      return false;
    }
  }

  /**
   * Makes one.
   *
   * @param name of it, unique on this machine
   * @param bytes that its processes may take from when they are in it
   */
  static MemoryGroup of(String name, long bytes) throws IOException {
    boolean first = Files.isWritable(FIRST.resolve("cgroup.procs"));
    Path directory = Files.createDirectory((first ? FIRST : SECOND).resolve(name));
    MemoryGroup group = new MemoryGroup(directory);
    try {
      Files.writeString(
          directory.resolve(first ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
      group.withoutSwap(first, bytes);
    } catch (IOException refused) {
      group.close();
      throw refused;
    }
    return group;
  }

  /** Where the machine can swap, the kernel ends nobody before that is full too. */
  private void withoutSwap(boolean first, long bytes) throws IOException {
    Path swap = directory.resolve(first ? "memory.memsw.limit_in_bytes" : "memory.swap.max");
    if (Files.exists(swap)) {
      Files.writeString(swap, first ? Long.toString(bytes) : "0");
    }
  }

  /** From now on what the process takes counts. */
  void add(long pid) throws IOException {
    Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
  }

  @Override
  public void close() throws IOException {
    ChaosStage.await(
        "the control group " + directory + " is empty",
        EMPTY_BOUND,
        () -> {
          try {
            return Files.readString(directory.resolve("cgroup.procs")).isBlank();
          } catch (IOException unreadable) {
            throw CliFailure.failed(unreadable.toString(), "look at " + directory, unreadable);
          }
        });
    Files.deleteIfExists(directory);
  }
}
