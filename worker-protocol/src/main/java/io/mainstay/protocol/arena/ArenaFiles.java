package io.mainstay.protocol.arena;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files behind arenas: {@code mainstay-<pid of the host>-<name>-<segment>}, mode 0600. A file
 * is written full before it is mapped, so that memory that is not there is an error here and not a
 * bus error at first use.
 */
final class ArenaFiles {
  private static final Pattern NAME = Pattern.compile("mainstay-(\\d+)-.+");
  private static final int FILL_BYTES = 1 << 20;

  private ArenaFiles() {}

  static Path path(Path directory, String name, int segment) {
    return directory.resolve(
        "mainstay-" + ProcessHandle.current().pid() + "-" + name + "-" + segment);
  }

  /** Makes, fills and maps one file. On failure the file is gone again. */
  static MappedByteBuffer create(Path path, long bytes) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(path, options, mode)) {
      try {
        fill(channel, bytes);
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    }
  }

  private static void fill(FileChannel channel, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(FILL_BYTES, bytes));
    for (long at = 0; at < bytes; ) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
      at += channel.write(zeros, at);
    }
  }

  /** Deletes the files of hosts that no longer live; answers what was deleted. */
  static List<Path> sweep(Path directory) throws IOException {
    List<Path> swept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "mainstay-*")) {
      for (Path file : files) {
        if (isStale(file) && Files.deleteIfExists(file)) {
          swept.add(file);
        }
      }
    }
    return swept;
  }

  private static boolean isStale(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches() || name.group(1).length() > 18) {
      return false;
    }
    long pid = Long.parseLong(name.group(1));
    return Files.isRegularFile(file)
        && Files.isWritable(file)
        && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }
}
