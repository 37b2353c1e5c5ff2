package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointBlobTest {
  private static final byte[] PROGRAM = {1, 2, 3, 4, 5};
  private static final byte[] BYTES =
      new CheckpointBlob(List.of("model=a;device=x", "model=a;device=ü"), PROGRAM).toBytes();

  @Test
  void of_whatWasWritten_isTheSame() throws Exception {
    CheckpointBlob read = CheckpointBlob.of(BYTES);
    assertEquals(List.of("model=a;device=x", "model=a;device=ü"), read.fingerprints());
    assertArrayEquals(PROGRAM, read.program());
  }

  @Test
  void of_anyOtherByte_isRefused() {
    for (int at = 0; at < BYTES.length; at++) {
      byte[] damaged = BYTES.clone();
      damaged[at] ^= 0x40;
      assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(damaged), "at " + at);
    }
  }

  @Test
  void of_anyShorterOne_isRefused() {
    for (int length = 0; length < BYTES.length; length++) {
      byte[] cut = Arrays.copyOf(BYTES, length);
      assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(cut));
    }
  }

  @Test
  void of_anotherVersion_saysSo() {
    byte[] newer = BYTES.clone();
    newer[8] = 2;
    assertTrue(
        assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(newer))
            .getMessage()
            .contains("version 2"));
  }
}
