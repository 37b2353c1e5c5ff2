package io.mainstay.actors.processing.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What the blob of a checkpoint holds. Little-endian: magic, version, number of fingerprints, each
 * as length and UTF-8, length and bytes of the program's own checkpoint, CRC32C of all before.
 *
 * @param fingerprints of the turns that computed it, in order of use
 * @param program its own checkpoint
 */
public record CheckpointBlob(List<String> fingerprints, byte[] program) {
  private static final long MAGIC = 0x315450434353544DL;
  private static final int VERSION = 1;
  private static final int FINGERPRINTS_MAX = 1_000;

  public CheckpointBlob {
    fingerprints = List.copyOf(fingerprints);
  }

  /** As stored. */
  public byte[] toBytes() {
    List<byte[]> texts =
        fingerprints.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int length =
        Long.BYTES
            + 2 * Integer.BYTES
            + texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum()
            + Integer.BYTES
            + program.length
            + Integer.BYTES;
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(texts.size());
    texts.forEach(text -> out.putInt(text.length).put(text));
    out.putInt(program.length).put(program);
    out.putInt(checksum(out.array(), out.position()));
    return out.array();
  }

  /**
   * As read.
   *
   * @throws UnusableCheckpointException if it is damaged, or of another version
   */
  public static CheckpointBlob of(byte[] bytes) throws UnusableCheckpointException {
    if (bytes.length < Long.BYTES + 3 * Integer.BYTES) {
      throw new UnusableCheckpointException("it has " + bytes.length + " bytes only");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int body = bytes.length - Integer.BYTES;
    if (in.getLong() != MAGIC) {
      throw new UnusableCheckpointException("it does not begin like a checkpoint");
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw new UnusableCheckpointException(
          "it has version " + version + "; this release reads version " + VERSION);
    }
    if (in.getInt(body) != checksum(bytes, body)) {
      throw new UnusableCheckpointException("its checksum does not match its bytes");
    }
    in.limit(body);
    try {
      return content(in);
    } catch (BufferUnderflowException ended) {
      throw new UnusableCheckpointException("it ends before what it announces", ended);
    }
  }

  private static CheckpointBlob content(ByteBuffer in) throws UnusableCheckpointException {
    int count = in.getInt();
    if (count < 0 || count > FINGERPRINTS_MAX) {
      throw new UnusableCheckpointException("it announces " + count + " fingerprints");
    }
    List<String> fingerprints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fingerprints.add(new String(part(in), StandardCharsets.UTF_8));
    }
    return new CheckpointBlob(fingerprints, part(in));
  }

  private static byte[] part(ByteBuffer in) throws UnusableCheckpointException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new UnusableCheckpointException("it announces a part of " + length + " bytes");
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
