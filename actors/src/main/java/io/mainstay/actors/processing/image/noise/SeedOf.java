package io.mainstay.actors.processing.image.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The seed of a picture whose request names none. */
public final class SeedOf {
  private SeedOf() {}

  /**
   * The first 8 bytes, little-endian and without the sign, of SHA-256 over the prompt in UTF-8 and
   * its index as 4 bytes little-endian. So the same prompts always give the same pictures, and a
   * prompt given twice gives two.
   *
   * @param prompt as given
   * @param index of its line, from 0
   * @return 0 to 2^63 - 1
   */
  public static long prompt(String prompt, int index) {
    MessageDigest digest = sha256();
    digest.update(prompt.getBytes(StandardCharsets.UTF_8));
    digest.update(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, index));
    return ByteBuffer.wrap(digest.digest()).order(ByteOrder.LITTLE_ENDIAN).getLong()
        & Long.MAX_VALUE;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
