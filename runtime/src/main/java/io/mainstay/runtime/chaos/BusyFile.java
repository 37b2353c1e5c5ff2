package io.mainstay.runtime.chaos;

import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the kernel lets nobody delete, until this is closed. Only root can make one. */
final class BusyFile implements AutoCloseable {
  private final Path file;

  private BusyFile(Path file) {
    this.file = file;
  }

  /** Whether this user can make one. */
  static boolean possible() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Makes one: what is a mount's place stays while that is mounted. */
  static BusyFile of(Path file) throws IOException {
    Files.writeString(file, "in the way");
    if (!SmallDisk.done("mount", "--bind", file.toString(), file.toString())) {
      Files.deleteIfExists(file);
      throw CliFailure.failed(
          "nothing can be mounted at " + file + ": not every container allows it",
          "run it as root on a machine that allows mounts");
    }
    return new BusyFile(file);
  }

  @Override
  public void close() throws IOException {
    SmallDisk.done("umount", file.toString());
    Files.deleteIfExists(file);
  }
}
