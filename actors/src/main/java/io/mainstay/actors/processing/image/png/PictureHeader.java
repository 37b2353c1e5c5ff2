package io.mainstay.actors.processing.image.png;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Size of the picture in a file, read from its header alone: nothing is decoded or allocated.
 *
 * @param width in pixels, as it is written
 * @param height in pixels, as it is written
 * @param rest where in the file what follows begins; 0 where the decoder itself misses an end
 */
record PictureHeader(long width, long height, int rest) {
  private static final int PNG_WIDTH_AT = 16;
  private static final int PNG_CHUNKS_AT = 8;
  private static final int PNG_END = 0x49454E44;
  private static final int BMP_INFO_AT = 14;
  private static final int BMP_OLD_INFO_BYTES = 12;
  private static final int GIF_SCREEN_BYTES = 13;

  /**
   * Reads it.
   *
   * @throws BufferUnderflowException if the file ends before its size is said
   */
  static PictureHeader read(PictureFormat format, byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    try {
      return switch (format) {
        case PNG -> png(in);
        case JPEG -> jpeg(in);
        case GIF -> gif(in.order(ByteOrder.LITTLE_ENDIAN));
        case BMP -> bmp(in.order(ByteOrder.LITTLE_ENDIAN));
      };
    } catch (IllegalArgumentException pastTheEnd) {
      throw new BufferUnderflowException();
    }
  }

  /**
   * Walks to the picture's end in formats whose decoders fill up what is missing.
   *
   * @throws BufferUnderflowException if the file ends before
   */
  void requireWhole(PictureFormat format, byte[] file) {
    if (rest == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(file).position(rest);
    try {
      if (format == PictureFormat.GIF) {
        skipTable(in, in.get());
        in.get();
        skipBlocks(in);
      } else {
        int type = 0;
        while (type != PNG_END) {
          int length = in.getInt();
          type = in.getInt();
          if (length < 0) {
            throw new BufferUnderflowException();
          }
          in.position(Math.addExact(in.position(), Math.addExact(length, Integer.BYTES)));
        }
      }
    } catch (IllegalArgumentException | ArithmeticException pastTheEnd) {
      throw new BufferUnderflowException();
    }
  }

  private static PictureHeader png(ByteBuffer in) {
    in.position(PNG_WIDTH_AT);
    return new PictureHeader(
        Integer.toUnsignedLong(in.getInt()), Integer.toUnsignedLong(in.getInt()), PNG_CHUNKS_AT);
  }

  private static PictureHeader bmp(ByteBuffer in) {
    in.position(BMP_INFO_AT);
    if (in.getInt() == BMP_OLD_INFO_BYTES) {
      return new PictureHeader(unsigned(in), unsigned(in), 0);
    }
    long width = in.getInt();
    // A negative height says that the rows go from the top down.
    return new PictureHeader(Math.max(0, width), Math.abs((long) in.getInt()), 0);
  }

  /** Walks the segments to the frame header, whose marker is C0 to CF except C4, C8 and CC. */
  private static PictureHeader jpeg(ByteBuffer in) {
    in.position(2);
    while (true) {
      int marker = in.get() & 0xFF;
      if (marker == 0xFF || marker == 0x01 || marker == 0 || marker >= 0xD0 && marker <= 0xD8) {
        continue;
      }
      int at = in.position();
      int length = unsignedBig(in);
      if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
        in.get();
        int height = unsignedBig(in);
        return new PictureHeader(unsignedBig(in), height, 0);
      }
      in.position(at + length);
    }
  }

  /** The first frame's own size, after extensions; what is decoded is this frame. */
  private static PictureHeader gif(ByteBuffer in) {
    in.position(GIF_SCREEN_BYTES - 3);
    int flags = in.get();
    in.position(GIF_SCREEN_BYTES);
    skipTable(in, flags);
    while (true) {
      int block = in.get();
      if (block == 0x2C) {
        in.getInt();
        return new PictureHeader(unsigned(in), unsigned(in), in.position());
      }
      if (block != 0x21) {
        throw new BufferUnderflowException();
      }
      in.get();
      skipBlocks(in);
    }
  }

  private static void skipTable(ByteBuffer in, int flags) {
    if ((flags & 0x80) != 0) {
      in.position(in.position() + 3 * (2 << (flags & 7)));
    }
  }

  private static void skipBlocks(ByteBuffer in) {
    for (int length = in.get() & 0xFF; length > 0; length = in.get() & 0xFF) {
      in.position(in.position() + length);
    }
  }

  private static int unsigned(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort());
  }

  private static int unsignedBig(ByteBuffer in) {
    return (in.get() & 0xFF) << 8 | in.get() & 0xFF;
  }
}
