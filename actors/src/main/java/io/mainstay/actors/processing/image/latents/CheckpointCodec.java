package io.mainstay.actors.processing.image.latents;

import io.mainstay.actors.processing.image.latents.CheckpointRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Checkpoints as bytes, little-endian:
 *
 * <pre>
 *   8  magic "MSLATENT"
 *   2  version, 1 or 2
 *   4  bytes of the whole
 *   4  step
 *  16  batch, channels, height, width
 *   2  bytes of the scheduler's name, then those
 *   2  bytes of the fingerprint, then those, both UTF-8
 *   *  the values, see {@code PackedFloats}: deflated in version 1, later as they are, since the
 *      checkpoint around it packs them, against the one before too
 *   4  CRC32C of all before
 * </pre>
 *
 * Magic, version and length keep their places in every version, so that an older reader can say
 * what it was given. Thread-safe.
 */
public final class CheckpointCodec {
  static final int VERSION = 2;
  private static final long MAGIC = 0x544E4554414C534DL;
  private static final int HEADER_BYTES = 8 + 2 + 4;
  private static final int FIXED_BYTES = HEADER_BYTES + 4 + 16 + 2 + 2;
  private static final int CHECKSUM_BYTES = 4;
  private static final int TEXT_BYTES_MAX = 0xFFFF;

  private CheckpointCodec() {}

  /** The bytes. */
  public static byte[] encode(LatentCheckpoint checkpoint) {
    Latents latents = checkpoint.latents();
    byte[] scheduler = text("scheduler", checkpoint.scheduler());
    byte[] fingerprint = text("fingerprint", checkpoint.fingerprint());
    byte[] payload = PackedFloats.planes(latents.values());
    int length =
        FIXED_BYTES + scheduler.length + fingerprint.length + payload.length + CHECKSUM_BYTES;
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putShort((short) VERSION).putInt(length).putInt(checkpoint.step());
    out.putInt(latents.batch()).putInt(latents.channels());
    out.putInt(latents.height()).putInt(latents.width());
    out.putShort((short) scheduler.length).put(scheduler);
    out.putShort((short) fingerprint.length).put(fingerprint);
    out.put(payload);
    out.putInt(checksum(out.array(), length - CHECKSUM_BYTES));
    return out.array();
  }

  /**
   * The checkpoint in those bytes.
   *
   * @param fingerprint of what would go on with it
   * @throws CheckpointRefusedException if nothing can
   */
  public static LatentCheckpoint decode(byte[] bytes, String fingerprint) {
    int version = checkFrame(bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - CHECKSUM_BYTES);
    in.order(ByteOrder.LITTLE_ENDIAN).position(HEADER_BYTES);
    int step = in.getInt();
    int[] dims = {in.getInt(), in.getInt(), in.getInt(), in.getInt()};
    String scheduler = text(in);
    String made = text(in);
    if (!made.equals(fingerprint)) {
      throw new CheckpointRefusedException(
          Reason.OTHER_FINGERPRINT,
          "The checkpoint was made under fingerprint '%s'; this is '%s', whose pictures differ"
              .formatted(made, fingerprint));
    }
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    return new LatentCheckpoint(made, scheduler, step(step), latents(version, dims, payload));
  }

  private static int checkFrame(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      throw new CheckpointRefusedException(
          Reason.TRUNCATED,
          "A checkpoint of %d bytes; its header alone has %d"
              .formatted(bytes.length, HEADER_BYTES));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long magic = in.getLong();
    if (magic != MAGIC) {
      throw new CheckpointRefusedException(
          Reason.NOT_A_CHECKPOINT,
          "Not a checkpoint: it begins with %016x, not %016x"
              .formatted(Long.reverseBytes(magic), Long.reverseBytes(MAGIC)));
    }
    int version = Short.toUnsignedInt(in.getShort());
    if (version < 1 || version > VERSION) {
      throw new CheckpointRefusedException(
          version > VERSION ? Reason.NEWER_VERSION : Reason.MALFORMED,
          "The checkpoint has version %d; this release reads versions 1 to %d"
              .formatted(version, VERSION));
    }
    int length = in.getInt();
    if (length != bytes.length || length < FIXED_BYTES + CHECKSUM_BYTES) {
      throw new CheckpointRefusedException(
          length > bytes.length ? Reason.TRUNCATED : Reason.MALFORMED,
          "The checkpoint says that it has %d bytes; there are %d".formatted(length, bytes.length));
    }
    int stated = in.getInt(length - CHECKSUM_BYTES);
    int actual = checksum(bytes, length - CHECKSUM_BYTES);
    if (stated != actual) {
      throw new CheckpointRefusedException(
          Reason.BAD_CHECKSUM,
          "The checkpoint is damaged: its CRC32C is %08x, not %08x".formatted(actual, stated));
    }
    return version;
  }

  /** Bounded by the values' own bytes, so that what is stated cannot ask for more memory. */
  private static Latents latents(int version, int[] dims, byte[] payload) {
    long elements = 1;
    for (int dim : dims) {
      if (dim < 1 || elements > Integer.MAX_VALUE / dim) {
        throw malformed("has shape " + Arrays.toString(dims));
      }
      elements *= dim;
    }
    return new Latents(
        dims[0],
        dims[1],
        dims[2],
        dims[3],
        version == 1
            ? PackedFloats.unpack(payload, (int) elements)
            : PackedFloats.values(payload, (int) elements));
  }

  private static int step(int step) {
    if (step < 0) {
      throw malformed("has step " + step);
    }
    return step;
  }

  private static byte[] text(String what, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "The %s of a checkpoint has %d bytes; at most %d"
              .formatted(what, bytes.length, TEXT_BYTES_MAX));
    }
    return bytes;
  }

  private static String text(ByteBuffer in) {
    int length = in.remaining() < 2 ? Integer.MAX_VALUE : Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw malformed("has a text that runs past its end");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static CheckpointRefusedException malformed(String what) {
    return new CheckpointRefusedException(Reason.MALFORMED, "The checkpoint " + what);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
