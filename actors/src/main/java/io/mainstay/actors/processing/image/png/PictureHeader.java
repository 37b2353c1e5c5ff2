package io.mainstay.actors.processing.image.png;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Size of the picture in a file, read from its header alone: nothing is decoded or allocated.
 *
 * @param width in pixels, as it is written
 * @param height in pixels, as it is written
 * @param rest where in the file what follows begins
 */
record PictureHeader(long width, long height, int rest) {
  private static final int PNG_WIDTH_AT = 16;
  private static final int PNG_CHUNKS_AT = 8;
  private static final int PNG_END = 0x49454E44;
  private static final int BMP_ROWS_AT = 10;
  private static final int BMP_INFO_AT = 14;
  private static final int BMP_OLD_DEPTH_AT = 24;
  private static final int BMP_DEPTH_AT = 28;
  private static final int BMP_OLD_INFO_BYTES = 12;
  private static final int GIF_SCREEN_BYTES = 13;
  private static final byte GIF_END = 0x3B;
  private static final byte[] JPEG_END = {(byte) 0xFF, (byte) 0xD9};
  private static final byte[] PNG_END_CHUNK = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82
  };

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
   * Walks to the picture's end as far as that can be told without decoding: what is cut off is
   * missed, what is damaged is not.
   *
   * @throws BufferUnderflowException if the file ends before
   */
  void requireWhole(PictureFormat format, byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).position(rest);
    try {
      switch (format) {
        case PNG -> skipChunks(in);
        case JPEG -> requireEnd(file);
        case GIF -> {
          skipTable(in, in.get());
          in.get();
          skipBlocks(in);
        }
        case BMP -> requireRows(in.order(ByteOrder.LITTLE_ENDIAN), file.length);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException pastEnd) {
      throw new BufferUnderflowException();
    }
  }

  /**
   * Whether the end of the picture is where it should be, by a part of the file. False does not say
   * that it is missing: something else may follow it.
   *
   * @param head first bytes of the file
   * @param tail last bytes of it
   * @param bytes of the whole file
   * @throws BufferUnderflowException if the file ends before
   */
  boolean showsItsEnd(PictureFormat format, byte[] head, byte[] tail, long bytes) {
    return switch (format) {
      case PNG -> indexOf(tail, PNG_END_CHUNK) >= 0;
      case JPEG -> indexOf(tail, JPEG_END) >= 0;
      case GIF -> tail[tail.length - 1] == GIF_END;
      case BMP -> {
        requireRows(ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN), bytes);
        yield true;
      }
    };
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = bytes.length - wanted.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  private static void skipChunks(ByteBuffer in) {
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

  /** Within the samples FF is always followed by 00, so the end marker cannot be one of them. */
  private void requireEnd(byte[] file) {
    for (int i = file.length - 2; i >= rest; i--) {
      if ((file[i] & 0xFF) == 0xFF && (file[i + 1] & 0xFF) == 0xD9) {
        return;
      }
    }
    throw new BufferUnderflowException();
  }

  /** How long compressed rows are only decoding tells. The last row may lack its padding. */
  private void requireRows(ByteBuffer in, long bytes) {
    boolean old = in.getInt(BMP_INFO_AT) == BMP_OLD_INFO_BYTES;
    long depth = Short.toUnsignedLong(in.getShort(old ? BMP_OLD_DEPTH_AT : BMP_DEPTH_AT));
    int compression = old ? 0 : in.getInt(BMP_DEPTH_AT + Short.BYTES);
    if (compression != 0) {
      return;
    }
    long row = (width * depth + 31) / 32 * 4;
    long rows = row * (height - 1) + (width * depth + 7) / 8;
    if (Integer.toUnsignedLong(in.getInt(BMP_ROWS_AT)) + rows > bytes) {
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
      return new PictureHeader(unsigned(in), unsigned(in), BMP_INFO_AT);
    }
    long width = in.getInt();
    // A negative height says that the rows go from the top down.
    return new PictureHeader(Math.max(0, width), Math.abs((long) in.getInt()), BMP_INFO_AT);
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
        return new PictureHeader(unsignedBig(in), height, in.position());
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
