package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Checks a picture file by its beginning and its end, so that thousands of large files are checked
 * in seconds. All of a file is read only where these leave a doubt: a header behind much metadata,
 * or no sign of the picture's end.
 */
public final class PictureGlance {
  /** Bytes of the beginning, and of the end. Most headers lie in the first 100. */
  static final int PART = 64 << 10;

  private PictureGlance() {}

  /** Opens a file; may be asked to twice. */
  @FunctionalInterface
  public interface Source {
    /** At its first byte; the caller closes it. */
    InputStream open() throws IOException;
  }

  /**
   * Size of the picture in a file that has a header and an end. What is damaged in between only
   * {@link PictureFile} finds.
   *
   * @param name of the file, for messages
   * @param bytes of the whole file
   * @param pixelsMax most pixels, width times height
   * @throws Refusal as {@link PictureFile#check}
   * @throws IOException if the file cannot be read
   */
  public static PictureSize check(String name, long bytes, Source source, long pixelsMax)
      throws IOException {
    if (bytes > 2L * PART) {
      Optional<PictureSize> size = glance(name, bytes, source, pixelsMax);
      if (size.isPresent()) {
        return size.get();
      }
    }
    try (InputStream in = source.open()) {
      return PictureFile.check(name, in.readAllBytes(), pixelsMax);
    }
  }

  private static Optional<PictureSize> glance(
      String name, long bytes, Source source, long pixelsMax) throws IOException {
    byte[] head;
    byte[] tail;
    try (InputStream in = source.open()) {
      head = in.readNBytes(PART);
      in.skipNBytes(bytes - 2L * PART);
      tail = in.readNBytes(PART);
    }
    return PictureFile.glance(name, head, tail, bytes, pixelsMax);
  }
}
