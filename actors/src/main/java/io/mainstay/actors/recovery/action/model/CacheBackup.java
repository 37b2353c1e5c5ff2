package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.device.CachedCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sound optimized copies, put aside below the cache while others of it are made anew: what a disk
 * spoils meanwhile need not be computed again. Incremental: what is there already is not written
 * twice. Blocking.
 */
final class CacheBackup {
  private static final String SUM = ".sha256";

  private final Path directory;
  private final long bytesMax;

  /**
   * @param directory created when first needed
   * @param bytesMax for all together; what was put there longest ago goes first
   */
  CacheBackup(Path directory, long bytesMax) {
    this.directory = directory;
    this.bytesMax = bytesMax;
  }

  /** One that can come back. */
  record Saved(String key, Path file, String sha256) {}

  /**
   * Puts them aside.
   *
   * @return for people: how many are there, how many of them are new, their bytes
   */
  String save(List<CachedCopy> copies) {
    int added = 0;
    try {
      Files.createDirectories(directory);
      for (CachedCopy copy : copies) {
        if (copy.isSound()
            && copy.bytes() <= bytesMax
            && find(copy.key(), copy.sha256()).isEmpty()) {
          Path written = Files.createTempFile(directory, "copy", ".part");
          Files.copy(Path.of(copy.path()), written, StandardCopyOption.REPLACE_EXISTING);
          Path file = directory.resolve(copy.key());
          Files.move(
              written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          Files.writeString(directory.resolve(copy.key() + SUM), copy.sha256());
          added++;
        }
      }
      return "%d copies put aside, %d of them new, %d bytes"
          .formatted(files().size(), added, shrink());
    } catch (IOException unwritable) {
      throw new UncheckedIOException(
          "sound copies cannot be put aside in " + directory, unwritable);
    }
  }

  /** Those of that original, whoever computed them. */
  List<Saved> of(String original) {
    return files().stream()
        .map(file -> file.getFileName().toString())
        .filter(key -> key.startsWith(original + "-"))
        .flatMap(key -> saved(key).stream())
        .toList();
  }

  private Optional<Saved> find(String key, String sha256) {
    return saved(key).filter(saved -> saved.sha256().equals(sha256));
  }

  private Optional<Saved> saved(String key) {
    Path file = directory.resolve(key);
    try {
      return Files.isRegularFile(file)
          ? Optional.of(new Saved(key, file, Files.readString(directory.resolve(key + SUM)).trim()))
          : Optional.empty();
    } catch (IOException incomplete) {
      return Optional.empty();
    }
  }

  private long shrink() throws IOException {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    for (Path oldest :
        files().stream().sorted(Comparator.comparing(CacheBackup::changed)).toList()) {
      if (bytes <= bytesMax) {
        break;
      }
      bytes -= Files.size(oldest);
      Files.deleteIfExists(oldest);
      Files.deleteIfExists(directory.resolve(oldest.getFileName() + SUM));
    }
    return bytes;
  }

  private static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException gone) {
      return 0;
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(
              file -> !file.toString().endsWith(SUM) && !file.toString().endsWith(".part"))
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
