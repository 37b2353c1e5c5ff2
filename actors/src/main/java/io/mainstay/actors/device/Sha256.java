package io.mainstay.actors.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The sum of a file's bytes. */
final class Sha256 {
  private static final int READ_BYTES = 1 << 16;

  private Sha256() {}

  /** Lower-case hex. Blocking: reads all of it. */
  static String of(Path file) throws IOException {
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
