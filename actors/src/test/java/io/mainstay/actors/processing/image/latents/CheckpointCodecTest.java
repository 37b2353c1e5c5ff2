package io.mainstay.actors.processing.image.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.image.latents.CheckpointRefusedException.Reason;
import io.mainstay.actors.processing.image.noise.CounterNoise;
import io.mainstay.persistence.checkpoint.CheckpointBlob;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CheckpointCodecTest {
  /** What the golden file of version 1 holds; never change it, nor the file. */
  private static final LatentCheckpoint GOLDEN =
      new LatentCheckpoint(
          "golden-fingerprint ä",
          "ddim",
          17,
          new Latents(
              1,
              2,
              1,
              4,
              new float[] {0, -0f, 1, -1.5f, 3.4028235e38f, 1.4e-45f, 0.1f, 123456.79f}));

  @Test
  void goldenFileOfVersion1_stillDecodes() throws Exception {
    try (InputStream file = getClass().getResourceAsStream("/checkpoints/latents-v1.checkpoint")) {
      assertEquals(GOLDEN, CheckpointCodec.decode(file.readAllBytes(), GOLDEN.fingerprint()));
    }
  }

  @Test
  void goldenFileOfVersion2_stillDecodes_andIsWrittenAsItIs() throws Exception {
    try (InputStream file = getClass().getResourceAsStream("/checkpoints/latents-v2.checkpoint")) {
      byte[] bytes = file.readAllBytes();
      assertEquals(GOLDEN, CheckpointCodec.decode(bytes, GOLDEN.fingerprint()));
      assertArrayEquals(bytes, CheckpointCodec.encode(GOLDEN));
    }
  }

  @Property(tries = 200)
  void encode_andBack_isTheSame(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(max = 1000) int step,
      @ForAll @StringLength(max = 60) String fingerprint) {
    float[] values = new CounterNoise(seed).draw(step, batch * 4 * 3 * width);
    byte[] asUtf8 = fingerprint.getBytes(StandardCharsets.UTF_8);
    String encodable = new String(asUtf8, StandardCharsets.UTF_8);
    LatentCheckpoint checkpoint =
        new LatentCheckpoint(encodable, "euler", step, new Latents(batch, 4, 3, width, values));

    byte[] bytes = CheckpointCodec.encode(checkpoint);

    assertEquals(checkpoint, CheckpointCodec.decode(bytes, encodable));
    assertEquals(ByteBuffer.wrap(bytes), ByteBuffer.wrap(CheckpointCodec.encode(checkpoint)));
  }

  @Property(tries = 2000)
  void decode_whenAnyBitIsFlipped_isRefused(@ForAll @IntRange(max = 1 << 20) int place) {
    byte[] bytes = CheckpointCodec.encode(GOLDEN);
    int bit = place % (bytes.length * 8);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));

    assertThrows(
        CheckpointRefusedException.class,
        () -> CheckpointCodec.decode(bytes, GOLDEN.fingerprint()));
  }

  @Test
  void decode_whenTruncatedAnywhere_saysSo() {
    byte[] bytes = CheckpointCodec.encode(GOLDEN);
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Reason.TRUNCATED, Arrays.copyOf(bytes, length), "" + length);
    }
  }

  @Test
  void decode_whenItIsSomethingElse_saysWhatItBeginsWith() {
    byte[] png = Arrays.copyOf(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, 100);
    assertRefused(Reason.NOT_A_CHECKPOINT, png, "89504e47");
  }

  @Test
  void decode_whenTheVersionIsNewer_namesBoth() {
    byte[] bytes = CheckpointCodec.encode(GOLDEN);
    bytes[8] = 3;
    assertRefused(Reason.NEWER_VERSION, bytes, "version 3; this release reads versions 1 to 2");
  }

  @Test
  void decode_whenAValueIsDamaged_saysSo() {
    byte[] bytes = CheckpointCodec.encode(GOLDEN);
    bytes[bytes.length - 8] ^= 1;
    assertRefused(Reason.BAD_CHECKSUM, bytes, "CRC32C");
  }

  @Test
  void decode_whenMadeUnderAnotherFingerprint_namesBoth() {
    CheckpointRefusedException refused =
        assertThrows(
            CheckpointRefusedException.class,
            () -> CheckpointCodec.decode(CheckpointCodec.encode(GOLDEN), "other"));
    assertEquals(Reason.OTHER_FINGERPRINT, refused.reason());
    assertTrue(refused.getMessage().contains(GOLDEN.fingerprint()), refused.getMessage());
    assertTrue(refused.getMessage().contains("'other'"), refused.getMessage());
  }

  /** The checksum is right each time: a wrong writer, not a wrong disk. */
  @Test
  void decode_whenTheFieldsContradictEachOther_isMalformed() {
    byte[] bytes = CheckpointCodec.encode(GOLDEN);
    for (int[] change :
        new int[][] {
          {14, -1}, {18, 0}, {18, 2}, {22, Integer.MAX_VALUE}, {30, 1 << 28}, {34, -7}
        }) {
      byte[] wrong = bytes.clone();
      ByteBuffer.wrap(wrong).order(ByteOrder.LITTLE_ENDIAN).putInt(change[0], change[1]);
      CRC32C crc = new CRC32C();
      crc.update(wrong, 0, wrong.length - 4);
      ByteBuffer.wrap(wrong)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(wrong.length - 4, (int) crc.getValue());
      CheckpointRefusedException refused =
          assertThrows(
              CheckpointRefusedException.class,
              () -> CheckpointCodec.decode(wrong, GOLDEN.fingerprint()));
      assertEquals(Reason.MALFORMED, refused.reason(), Arrays.toString(change));
    }
  }

  @Test
  void encode_packed_takesLessThanTheValues() {
    float[] values = new CounterNoise(1).draw(0, 8 * 4 * 16 * 16);
    Latents latents = new Latents(8, 4, 16, 16, values);
    byte[] state = CheckpointCodec.encode(new LatentCheckpoint("f", "ddim", 1, latents));
    int bytes =
        CheckpointBlob.full(List.of(), Instant.EPOCH, 1, "processing", state).toBytes().length;
    assertTrue(bytes < values.length * 4 * 0.95, bytes + " bytes");
  }

  private static void assertRefused(Reason reason, byte[] bytes, String said) {
    CheckpointRefusedException refused =
        assertThrows(
            CheckpointRefusedException.class,
            () -> CheckpointCodec.decode(bytes, GOLDEN.fingerprint()));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }
}
