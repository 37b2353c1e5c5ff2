package io.mainstay.actors.model.registry;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers, across starts, which files were hashed: a marker for each path holds hash, size and
 * time of change, so that gigabytes are not read at every start. A marker that does not match the
 * file is no marker. The worker hashes again when it loads, so a disk that lies is still found.
 *
 * <p>Thread-safe: markers are replaced atomically.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "ram_cache",
    fields = "integrity")
final class VerifiedFiles {
  private static final int READ_BYTES = 1 << 16;

  private final Path directory;
  private final boolean trusting;
  private final Set<Path> read = ConcurrentHashMap.newKeySet();
  private final AtomicInteger hashedFiles = new AtomicInteger();
  private final AtomicLong hashedBytes = new AtomicLong();

  private VerifiedFiles(Path directory, boolean trusting) {
    this.directory = directory;
    this.trusting = trusting;
  }

  /** Keeps its markers in that directory, which is created when first needed. */
  VerifiedFiles(Path directory) {
    this(directory, true);
  }

  /** Believes no marker but its own: reads every file that it is asked for, once. */
  static VerifiedFiles anew(Path directory) {
    return new VerifiedFiles(directory, false);
  }

  /** Files that were read to hash them. */
  int hashedFiles() {
    return hashedFiles.get();
  }

  /** Bytes of those. */
  long hashedBytes() {
    return hashedBytes.get();
  }

  /** SHA-256 of a file, lower-case hex; from its marker where that still holds. */
  String sha256(Path file) throws IOException {
    String mark = mark(file);
    String remembered = remembered(file);
    if ((trusting || read.contains(file)) && remembered.endsWith(mark)) {
      return remembered.substring(0, remembered.length() - mark.length());
    }
    String sha256 = hash(file);
    read.add(file);
    hashedFiles.incrementAndGet();
    hashedBytes.addAndGet(Files.size(file));
    // Changed while it was read: the hash is of neither state, so nothing is remembered.
    if (mark.equals(mark(file))) {
      remember(file, sha256);
    }
    return sha256;
  }

  /** What was just written and hashed needs no second reading. */
  void remember(Path file, String sha256) throws IOException {
    Files.createDirectories(directory);
    Path marker = marker(file);
    Path written = Files.createTempFile(directory, "marker", ".tmp");
    Files.writeString(written, sha256 + mark(file));
    Files.move(
        written, marker, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The next look hashes again. */
  void forget(Path file) throws IOException {
    Files.deleteIfExists(marker(file));
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[READ_BYTES];
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      int read = in.read(chunk);
      while (read >= 0) {
        read = in.read(chunk);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String remembered(Path file) throws IOException {
    try {
      return Files.readString(marker(file));
    } catch (NoSuchFileException none) {
      return "";
    }
  }

  private static String mark(Path file) throws IOException {
    FileTime changed = Files.getLastModifiedTime(file);
    return " " + Files.size(file) + " " + changed.to(TimeUnit.NANOSECONDS) + "\n";
  }

  private Path marker(Path file) {
    byte[] name = file.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
    return directory.resolve(HexFormat.of().formatHex(digest().digest(name)));
  }
}
