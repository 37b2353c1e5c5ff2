package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads picture files: PNG, JPEG, BMP, and the first frame of GIF. Grey and 16-bit pictures are
 * fine; what is transparent lies on white; colour profiles are ignored and samples taken as sRGB.
 * The size is checked against the limit by the file's header before anything is decoded.
 */
public final class PictureFile {
  private static final String FORMATS = "PNG, JPEG, BMP and GIF";

  private PictureFile() {}

  /**
   * Size of the picture in a file that has a header and is whole. Nothing is decoded: what is
   * damaged in between only {@link #read} finds.
   *
   * @param name of the file, for messages
   * @param file all of its bytes
   * @param pixelsMax most pixels, width times height
   * @throws Refusal {@code not_a_picture}, {@code picture_too_large}, {@code empty_picture} or
   *     {@code damaged_picture}
   */
  public static PictureSize check(String name, byte[] file, long pixelsMax) {
    PictureFormat format = format(name, file);
    try {
      PictureHeader header = PictureHeader.read(format, file);
      checkSize(name, header.width(), header.height(), pixelsMax);
      header.requireWhole(format, file);
      return new PictureSize(Math.toIntExact(header.width()), Math.toIntExact(header.height()));
    } catch (BufferUnderflowException ended) {
      throw damaged(name, format, "the file ends too early, after " + file.length + " bytes");
    }
  }

  /**
   * The same from a part of the file; empty if that does not tell.
   *
   * @param head its first bytes
   * @param tail its last bytes
   * @param bytes of the whole file
   */
  static Optional<PictureSize> glance(
      String name, byte[] head, byte[] tail, long bytes, long pixelsMax) {
    PictureFormat format = format(name, head);
    try {
      PictureHeader header = PictureHeader.read(format, head);
      checkSize(name, header.width(), header.height(), pixelsMax);
      return header.showsItsEnd(format, head, tail, bytes)
          ? Optional.of(
              new PictureSize(Math.toIntExact(header.width()), Math.toIntExact(header.height())))
          : Optional.empty();
    } catch (BufferUnderflowException further) {
      return Optional.empty();
    }
  }

  /**
   * The picture in a file.
   *
   * @param name of the file, for messages
   * @param file all of its bytes
   * @param pixelsMax most pixels, width times height; decoding takes up to 20 bytes for each
   * @throws Refusal {@code not_a_picture}, {@code picture_too_large}, {@code empty_picture} or
   *     {@code damaged_picture}
   */
  public static Picture read(String name, byte[] file, long pixelsMax) {
    check(name, file, pixelsMax);
    return readChecked(name, file, pixelsMax);
  }

  /** The same of a file that {@link #check} has passed. */
  public static Picture readChecked(String name, byte[] file, long pixelsMax) {
    return decode(name, format(name, file), file, pixelsMax);
  }

  private static PictureFormat format(String name, byte[] file) {
    return PictureFormat.of(file).orElseThrow(() -> notAPicture(name, file));
  }

  private static Picture decode(String name, PictureFormat format, byte[] file, long pixelsMax) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.reader()).next();
    List<String> warnings = new ArrayList<>();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      checkSize(name, reader.getWidth(0), reader.getHeight(0), pixelsMax);
      BufferedImage image = reader.read(0);
      if (!warnings.isEmpty() && warnings.stream().anyMatch(PictureFile::tellsOfLoss)) {
        throw damaged(name, format, warnings.get(0));
      }
      return Samples.picture(image);
    } catch (IOException | RuntimeException failure) {
      if (failure instanceof Refusal refusal) {
        throw refusal;
      }
      // The readers answer malformed files with all kinds of runtime exceptions.
      throw damaged(name, format, cause(failure));
    } finally {
      reader.dispose();
    }
  }

  private static void checkSize(String name, long width, long height, long pixelsMax) {
    if (width < 1 || height < 1) {
      throw Refusal.of(
          "empty_picture",
          "Picture '%s' has %d x %d pixels; at least 1 x 1 is needed"
              .formatted(name, width, height),
          "Give a picture that has pixels");
    }
    // Both are below 2^32, so the division cannot be fooled as a product could.
    if (width > pixelsMax / height) {
      throw Refusal.of(
          "picture_too_large",
          "Picture '%s' has %d x %d pixels; at most %d pixels are read"
              .formatted(name, width, height, pixelsMax),
          "Shrink the picture, or raise the limit");
    }
  }

  /** Of the JPEG reader's warnings: other ones are about colour and metadata. */
  private static boolean tellsOfLoss(String warning) {
    return warning.contains("Premature end") || warning.contains("Corrupt JPEG");
  }

  private static String cause(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
  }

  private static Refusal notAPicture(String name, byte[] file) {
    StringBuilder beginning = new StringBuilder();
    for (int i = 0; i < Math.min(4, file.length); i++) {
      beginning.append(i == 0 ? "" : " ").append("%02x".formatted(file[i]));
    }
    return Refusal.of(
        "not_a_picture",
        file.length == 0
            ? "File '" + name + "' is empty and so no picture"
            : "File '%s' is no picture: its %d bytes begin with %s; %s are read"
                .formatted(name, file.length, beginning, FORMATS),
        "Give a picture in one of these formats: " + FORMATS);
  }

  private static Refusal damaged(String name, PictureFormat format, String cause) {
    return Refusal.of(
        "damaged_picture",
        "Picture '%s' (%s) cannot be decoded: %s".formatted(name, format, cause),
        "Restore the file, or save it again from the program that made it");
  }
}
