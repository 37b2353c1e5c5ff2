package io.mainstay.actors.consistency.system;

import io.mainstay.actors.consistency.check.ModelFacts.RegisteredFile;
import io.mainstay.actors.consistency.check.SystemFacts.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Looks at model files by size and times, and reads only those that changed since the registry
 * hashed them. Not thread-safe but for {@link #look}, which is synchronized.
 */
final class ModelFileWatch {
  private static final int READ_BYTES = 1 << 16;

  /** A state of a file, and the hash of its bytes; empty for the state that the registry hashed. */
  private record Seen(long bytes, FileTime changed, Object key, String sha256) {
    boolean is(BasicFileAttributes now) {
      return bytes == now.size()
          && changed.equals(now.lastModifiedTime())
          && String.valueOf(key).equals(String.valueOf(now.fileKey()));
    }
  }

  private final long hashedBytesMax;
  private final Map<String, Seen> seen = new HashMap<>();

  ModelFileWatch(long hashedBytesMax) {
    this.hashedBytesMax = hashedBytesMax;
  }

  /** The files now, by path. A changed one that is too much for this look is read at the next. */
  synchronized Map<String, ModelFile> look(List<RegisteredFile> registered) {
    Map<String, ModelFile> files = new HashMap<>();
    long[] left = {hashedBytesMax};
    for (RegisteredFile file : registered) {
      files.computeIfAbsent(file.path(), path -> look(path, left));
    }
    seen.keySet().retainAll(files.keySet());
    return files;
  }

  private ModelFile look(String path, long[] left) {
    try {
      Path file = Path.of(path);
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Seen before = seen.get(path);
      if (before == null) {
        seen.put(path, new Seen(now.size(), now.lastModifiedTime(), now.fileKey(), ""));
        return new ModelFile(true, now.size(), "");
      }
      boolean first = left[0] == hashedBytesMax;
      if (!before.is(now) && before.bytes() == now.size() && (first || now.size() <= left[0])) {
        left[0] -= now.size();
        before = new Seen(now.size(), now.lastModifiedTime(), now.fileKey(), hash(file));
        seen.put(path, before);
      }
      return new ModelFile(true, now.size(), before.sha256());
    } catch (IOException e) {
      return new ModelFile(false, 0, "");
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
    byte[] chunk = new byte[READ_BYTES];
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      int read = in.read(chunk);
      while (read >= 0) {
        read = in.read(chunk);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
