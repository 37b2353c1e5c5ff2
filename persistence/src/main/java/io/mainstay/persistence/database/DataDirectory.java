package io.mainstay.persistence.database;

import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node's data directory, held by an exclusive lock until closed or until the process ends.
 *
 * <p>The lock is an operating system lock on {@code lock}. The holder's pid stands in another file,
 * {@code lock.holder}: closing any descriptor of a locked file drops a POSIX lock, so nobody may
 * open {@code lock} just to read it.
 */
public final class DataDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  // A POSIX lock does not exclude the process that holds it.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Creates the directory (0700) if it is missing, and takes its lock.
   *
   * @throws DataDirectoryProblem if another process holds it, or it cannot be created or written
   */
  public static DataDirectory open(Path directory) throws DataDirectoryProblem {
    Path path = create(directory);
    if (!HELD_HERE.add(path)) {
      throw inUse(path, ProcessHandle.current().pid());
    }
    boolean held = false;
    try {
      DataDirectory opened = lock(path);
      held = true;
      return opened;
    } finally {
      if (!held) {
        HELD_HERE.remove(path);
      }
    }
  }

  /** Where the database of a data directory lies, whether or not it exists. */
  public static Path databaseFile(Path directory) {
    return directory.resolve("mainstay.db");
  }

  /** Absolute path, without links. */
  public Path path() {
    return path;
  }

  /** Where the database lies. */
  public Path databaseFile() {
    return databaseFile(path);
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(path.resolve("lock.holder"));
      lock.release();
    } finally {
      channel.close();
      HELD_HERE.remove(path);
    }
  }

  private static Path create(Path directory) throws DataDirectoryProblem {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(absolute);
      }
      // Also one that was there: token, journal and results are nobody else's business.
      if (!Files.getPosixFilePermissions(absolute).equals(OWNER_ONLY)) {
        Files.setPosixFilePermissions(absolute, OWNER_ONLY);
      }
      return absolute.toRealPath();
    } catch (IOException e) {
      throw problem(absolute, "create", e);
    }
  }

  private static DataDirectory lock(Path path) throws DataDirectoryProblem {
    FileChannel channel = null;
    DataDirectory opened = null;
    try {
      channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path, holder(path));
      }
      Files.writeString(path.resolve("lock.holder"), ProcessHandle.current().pid() + "\n");
      opened = new DataDirectory(path, channel, lock);
      return opened;
    } catch (OverlappingFileLockException e) {
      throw inUse(path, ProcessHandle.current().pid());
    } catch (IOException e) {
      throw problem(path, "lock", e);
    } finally {
      if (opened == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The problem that led here is the one to report.
    }
  }

  private static long holder(Path path) {
    try {
      return Long.parseLong(Files.readString(path.resolve("lock.holder")).strip());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  private static DataDirectoryProblem inUse(Path path, long pid) {
    String holder = pid > 0 ? "process " + pid : "another process";
    return new DataDirectoryProblem(
        Kind.IN_USE,
        "Data directory " + path + " is in use by " + holder,
        "Stop that node, or give this one a directory of its own with --data.",
        null);
  }

  /** Names an I/O error on a data directory. */
  static DataDirectoryProblem problem(Path path, String asked, IOException e) {
    String why =
        e instanceof FileSystemException fs && fs.getReason() != null
            ? fs.getReason()
            : String.valueOf(e.getMessage());
    String lower = why.toLowerCase(Locale.ROOT);
    String message = "Cannot " + asked + " data directory " + path + ": ";
    if (e instanceof FileAlreadyExistsException
        || e instanceof NotDirectoryException
        || lower.contains("not a directory")) {
      return new DataDirectoryProblem(
          Kind.NOT_A_DIRECTORY,
          message + "it, or a parent of it, is a file",
          "Name a directory with --data, or move the file away.",
          e);
    }
    if (lower.contains("read-only")) {
      return new DataDirectoryProblem(
          Kind.READ_ONLY,
          message + "the file system is read-only",
          "Mount it writable, or name another directory with --data.",
          e);
    }
    if (lower.contains("no space") || lower.contains("quota")) {
      return new DataDirectoryProblem(
          Kind.DISK_FULL, message + why, "Free space on that disk, then start again.", e);
    }
    if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
      return new DataDirectoryProblem(
          Kind.PERMISSION_DENIED,
          message + "permission denied for user " + System.getProperty("user.name"),
          "Give this user the directory (chown, chmod 700), or name another with --data.",
          e);
    }
    return new DataDirectoryProblem(
        Kind.FAILED, message + e, "Check the path and the disk; see the cause in the log.", e);
  }
}
