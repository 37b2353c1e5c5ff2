package io.mainstay.runtime.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where a node logs: {@code logs/node.log} in its data directory, and what people are told in
 * {@code logs/notifications.log}; their owner's alone.
 */
public final class NodeLog {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private NodeLog() {}

  /**
   * Sends this process's log there. Logging starts with the first class that logs and would create
   * the directories for everybody to read; so call this before any.
   *
   * @return the file
   */
  public static Path begin(Path dataDirectory) {
    Path directory = dataDirectory.resolve("logs");
    Path file = directory.resolve("node.log");
    try {
      if (dataDirectory.getParent() != null) {
        Files.createDirectories(dataDirectory.getParent());
      }
      makePrivate(dataDirectory);
      makePrivate(directory);
    } catch (IOException unusable) {
      // The node opens the data directory next: it says what is wrong with it, and what to do.
      return file;
    }
    System.setProperty("mainstay.log.file", file.toString());
    System.setProperty("mainstay.log.notifications", "NOTIFICATIONS");
    System.setProperty(
        "mainstay.log.notifications.file", directory.resolve("notifications.log").toString());
    return file;
  }

  private static void makePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (!Files.getPosixFilePermissions(directory).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(directory, OWNER_ONLY);
    }
  }
}
