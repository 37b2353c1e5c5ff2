package io.mainstay.runtime.chaos;

import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own, small enough to fill, gone when it is closed. Only root may. */
final class SmallDisk implements AutoCloseable {
  private static final long COMMAND_SECONDS = 10;
  private final Path mount;

  private SmallDisk(Path mount) {
    this.mount = mount;
  }

  /**
   * Mounts one.
   *
   * @param mount an empty directory
   * @throws CliFailure where that is not allowed
   */
  static SmallDisk mount(Path mount, int mebibytes) throws IOException {
    Files.createDirectories(mount);
    if (!done("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mount.toString())) {
      throw CliFailure.failed(
          "a small file system cannot be mounted at "
              + mount
              + ": only root may, and not in every"
              + " container",
          "run it as root on a machine that allows mounts, or choose another scenario");
    }
    return new SmallDisk(mount);
  }

  @Override
  public void close() throws IOException {
    // Lazily: a worker that is on its way out may hold a file there a moment longer.
    done("umount", "-l", mount.toString());
  }

  /** Whether the command ended well in time. */
  static boolean done(String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of(command));
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted", "run it again", e);
    }
  }
}
