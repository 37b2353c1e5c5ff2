package io.mainstay.persistence.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckpointBlobTest {
  private static final Path GOLDEN = Path.of("src/test/golden/checkpoints");
  private static final List<String> FINGERPRINTS = List.of("model=a;device=x", "model=a;device=ü");
  private static final Instant THEN = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final byte[] STATE = state(64);
  private static final CheckpointBlob FULL =
      CheckpointBlob.full(FINGERPRINTS, THEN, 12, "processing", STATE);

  @Test
  void blobOfTheFirstVersion_isReadForEver() throws Exception {
    CheckpointBlob read =
        CheckpointBlob.of(Files.readAllBytes(GOLDEN.resolve("checkpoint.v1.bin")));
    assertEquals(1, read.version());
    assertEquals(FINGERPRINTS, read.fingerprints());
    assertArrayEquals(STATE, read.state(null));
    assertFalse(read.incremental());
  }

  @Test
  void blobOfTheSecondVersion_isWrittenAndReadAsItsGoldenFile() throws Exception {
    Path file = GOLDEN.resolve("checkpoint.v2.bin");
    if (Boolean.getBoolean("mainstay.golden.write") && !Files.exists(file)) {
      Files.write(file, FULL.toBytes());
    }
    CheckpointBlob read = CheckpointBlob.of(Files.readAllBytes(file));
    assertArrayEquals(STATE, read.state(null));
    assertEquals(FINGERPRINTS, read.fingerprints());
    assertEquals(12, read.step());
    assertEquals("processing", read.component());
    assertEquals(THEN, read.takenAt());
    assertEquals(2, read.version());
  }

  @Test
  void difference_givesTheStateBack_andIsSmallWhereLittleChanged() throws Exception {
    byte[] base = new byte[50_000];
    new Random(1).nextBytes(base);
    byte[] next = base.clone();
    for (int i = 0; i < next.length; i += 100) {
      next[i]++;
    }
    CheckpointBlob full = CheckpointBlob.full(FINGERPRINTS, THEN, 2, "processing", next);
    CheckpointBlob difference = CheckpointBlob.of(full.differenceTo("ab", base, next).toBytes());
    assertTrue(difference.incremental());
    assertTrue(difference.toBytes().length < full.toBytes().length / 5);
    assertArrayEquals(next, difference.state(base));
    byte[] other = base.clone();
    other[7]++;
    assertThrows(UnusableCheckpointException.class, () -> difference.state(other));
  }

  @Test
  void difference_toAStateOfAnotherLength_givesTheStateBack() throws Exception {
    for (int length : new int[] {0, 1, 63, 65, 1000}) {
      byte[] next = state(length);
      CheckpointBlob full = CheckpointBlob.full(List.of(), THEN, 2, "p", next);
      assertArrayEquals(next, full.state(null));
      assertArrayEquals(next, full.differenceTo("ab", STATE, next).state(STATE));
    }
  }

  @Test
  void everyChangedByte_andEveryCut_isFound() {
    byte[] bytes = FULL.toBytes();
    for (int at = 0; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(damaged), "at " + at);
      byte[] cut = Arrays.copyOf(bytes, at);
      assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(cut));
    }
  }

  @Test
  void newerVersion_isRefusedByItsNumber() {
    byte[] newer = FULL.toBytes();
    newer[8] = 9;
    assertTrue(
        assertThrows(UnusableCheckpointException.class, () -> CheckpointBlob.of(newer))
            .getMessage()
            .contains("version 9"));
  }

  static byte[] state(int length) {
    byte[] state = new byte[length];
    for (int i = 0; i < length; i++) {
      state[i] = (byte) (i * 7);
    }
    return state;
  }
}
