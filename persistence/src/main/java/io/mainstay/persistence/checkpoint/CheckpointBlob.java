package io.mainstay.persistence.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What the blob of a checkpoint holds. Little-endian; a text is its length and UTF-8:
 *
 * <pre>
 *   8  magic "MSTCCPT1"
 *   4  version
 *   4  number of fingerprints, then those as texts
 *      since version 2:
 *   8  when it was taken, milliseconds since 1970
 *   4  steps done
 *   *  component, a text
 *   *  SHA-256 of the checkpoint that this is the difference to, a text; empty for a full one
 *   4  bytes of the state
 *   4  CRC32C of the state
 *      then in every version:
 *   *  length and bytes of the body: version 1 the state, later {@link StateDelta}'s
 *   4  CRC32C of all before
 * </pre>
 *
 * @param version 1 or 2
 * @param fingerprints of the turns that computed it, in order of use
 * @param takenAt the epoch in version 1
 * @param step steps done; 0 in version 1, which does not say
 * @param component whose state it is; empty in version 1
 * @param baseSha256 empty for a full one
 * @param stateBytes length of the state once it is whole
 * @param stateChecksum of the state once it is whole; 0 in version 1
 */
public record CheckpointBlob(
    int version,
    List<String> fingerprints,
    Instant takenAt,
    int step,
    String component,
    String baseSha256,
    int stateBytes,
    int stateChecksum,
    byte[] body) {
  /** That this release writes. */
  public static final int VERSION = 2;

  private static final long MAGIC = 0x315450434353544DL;
  private static final int FINGERPRINTS_MAX = 1_000;
  private static final int STATE_BYTES_MAX = 1 << 30;

  public CheckpointBlob {
    fingerprints = List.copyOf(fingerprints);
  }

  /** A full one. */
  public static CheckpointBlob full(
      List<String> fingerprints, Instant takenAt, int step, String component, byte[] state) {
    return new CheckpointBlob(
        VERSION,
        fingerprints,
        takenAt,
        step,
        component,
        "",
        state.length,
        checksum(state, state.length),
        StateDelta.pack(state));
  }

  /** The same as the difference to another one's state. */
  public CheckpointBlob differenceTo(String base, byte[] baseState, byte[] state) {
    return new CheckpointBlob(
        VERSION,
        fingerprints,
        takenAt,
        step,
        component,
        base,
        stateBytes,
        stateChecksum,
        StateDelta.pack(StateDelta.xor(baseState, state)));
  }

  /** True if another one is needed to know its state. */
  public boolean incremental() {
    return !baseSha256.isEmpty();
  }

  /**
   * The state.
   *
   * @param baseState of the checkpoint that this is the difference to; null for a full one
   * @throws UnusableCheckpointException if the two do not make what was taken
   */
  public byte[] state(byte[] baseState) throws UnusableCheckpointException {
    if (version == 1) {
      return body;
    }
    byte[] unpacked = StateDelta.unpack(body, stateBytes);
    byte[] state = incremental() ? StateDelta.xor(baseState, unpacked) : unpacked;
    if (state.length != stateBytes || checksum(state, state.length) != stateChecksum) {
      throw new UnusableCheckpointException(
          "its state does not have its checksum"
              + (incremental()
                  ? ": checkpoint " + baseSha256 + " is not what it is based on"
                  : ""));
    }
    return state;
  }

  /** As stored. */
  public byte[] toBytes() {
    List<byte[]> texts = fingerprints.stream().map(CheckpointBlob::utf8).toList();
    byte[] componentText = utf8(component);
    byte[] base = utf8(baseSha256);
    int length =
        Long.BYTES
            + 2 * Integer.BYTES
            + texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum()
            + Long.BYTES
            + 5 * Integer.BYTES
            + componentText.length
            + base.length
            + Integer.BYTES
            + body.length
            + Integer.BYTES;
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(texts.size());
    texts.forEach(text -> out.putInt(text.length).put(text));
    out.putLong(takenAt.toEpochMilli()).putInt(step);
    out.putInt(componentText.length).put(componentText).putInt(base.length).put(base);
    out.putInt(stateBytes).putInt(stateChecksum);
    out.putInt(body.length).put(body);
    out.putInt(checksum(out.array(), out.position()));
    return out.array();
  }

  /**
   * As read.
   *
   * @throws UnusableCheckpointException if it is damaged, or of a version that is not known
   */
  public static CheckpointBlob of(byte[] bytes) throws UnusableCheckpointException {
    if (bytes.length < Long.BYTES + 3 * Integer.BYTES) {
      throw new UnusableCheckpointException("it has " + bytes.length + " bytes only");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - Integer.BYTES;
    if (in.getLong() != MAGIC) {
      throw new UnusableCheckpointException("it does not begin like a checkpoint");
    }
    int version = in.getInt();
    if (version < 1 || version > VERSION) {
      throw new UnusableCheckpointException(
          "it has version " + version + "; this release reads versions 1 to " + VERSION);
    }
    if (in.getInt(end) != checksum(bytes, end)) {
      throw new UnusableCheckpointException("its checksum does not match its bytes");
    }
    in.limit(end);
    try {
      return content(version, in);
    } catch (BufferUnderflowException | DateTimeException ended) {
      throw new UnusableCheckpointException("it ends before what it announces", ended);
    }
  }

  private static CheckpointBlob content(int version, ByteBuffer in)
      throws UnusableCheckpointException {
    int count = in.getInt();
    if (count < 0 || count > FINGERPRINTS_MAX) {
      throw new UnusableCheckpointException("it announces " + count + " fingerprints");
    }
    List<String> fingerprints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fingerprints.add(text(in));
    }
    if (version == 1) {
      byte[] state = part(in);
      return new CheckpointBlob(1, fingerprints, Instant.EPOCH, 0, "", "", state.length, 0, state);
    }
    Instant takenAt = Instant.ofEpochMilli(in.getLong());
    int step = in.getInt();
    String component = text(in);
    String base = text(in);
    int stateBytes = in.getInt();
    if (stateBytes < 0 || stateBytes > STATE_BYTES_MAX) {
      throw new UnusableCheckpointException("it announces a state of " + stateBytes + " bytes");
    }
    int stateChecksum = in.getInt();
    return new CheckpointBlob(
        version, fingerprints, takenAt, step, component, base, stateBytes, stateChecksum, part(in));
  }

  private static String text(ByteBuffer in) throws UnusableCheckpointException {
    return new String(part(in), StandardCharsets.UTF_8);
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

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
