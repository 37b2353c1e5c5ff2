package io.mainstay.actors.postprocessing.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A directory that outputs are delivered to. A file appears there complete or not at all: it is
 * written beside under a temporary name, forced to the disk and renamed. Blocks.
 */
public final class OutputDirectory {
  private final Path directory;
  private final String sessionId;

  /**
   * @param sessionId part of the temporary names, so that two sessions may share a directory
   */
  public OutputDirectory(Path directory, String sessionId) {
    this.directory = directory;
    this.sessionId = sessionId;
  }

  /** Delivers a copy of the file under that name; an older file of that name is replaced. */
  public void deliver(String name, Path file) throws IOException {
    Files.createDirectories(directory);
    Path temporary = directory.resolve("." + name + "." + sessionId + ".tmp");
    try {
      Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
      force(temporary, StandardOpenOption.WRITE);
      Files.move(
          temporary,
          directory.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      force(directory, StandardOpenOption.READ);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}
