package io.mainstay.persistence.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckpointChainTest {
  private static final int FULL_EVERY = 4;
  private static final CheckpointEncoder.Limits ALWAYS =
      new CheckpointEncoder.Limits(FULL_EVERY, 1);

  private final Map<String, byte[]> blobs = new HashMap<>();
  private final List<byte[]> states = new ArrayList<>();
  private final List<CheckpointEncoder> taken = new ArrayList<>();

  /** States that change a little from step to step. */
  private void take(int count) {
    Random random = new Random(3);
    byte[] state = new byte[4_000];
    random.nextBytes(state);
    CheckpointEncoder before = null;
    for (int step = 1; step <= count; step++) {
      state = state.clone();
      state[random.nextInt(state.length)]++;
      CheckpointBlob blob =
          CheckpointEncoder.encode(
              before, ALWAYS, List.of("f"), Instant.EPOCH, step, "processing", state);
      List<String> chain = new ArrayList<>(List.of("c" + step));
      if (blob.incremental()) {
        chain.addAll(before.sha256s());
      }
      before = new CheckpointEncoder("c" + step, state, chain);
      blobs.put("c" + step, blob.toBytes());
      states.add(state);
      taken.add(before);
    }
  }

  @Test
  void everyStep_isRestoredOverItsChain_andEachFourthIsFull() throws Exception {
    take(10);
    for (int step = 1; step <= 10; step++) {
      CheckpointChain chain = CheckpointChain.read(this::blob, "c" + step);
      assertArrayEquals(states.get(step - 1), chain.state());
      assertEquals(taken.get(step - 1).sha256s(), chain.sha256s());
      assertEquals((step - 1) % FULL_EVERY + 1, chain.sha256s().size());
    }
  }

  @Test
  void stateThatHasNothingInCommonWithTheOneBefore_isTakenInFull() {
    byte[] one = new byte[1_000];
    byte[] other = new byte[1_000];
    new Random(1).nextBytes(one);
    CheckpointBlob blob =
        CheckpointEncoder.encode(
            new CheckpointEncoder("a", one, List.of("a")),
            ALWAYS,
            List.of(),
            Instant.EPOCH,
            2,
            "p",
            other);
    assertTrue(!blob.incremental());
  }

  @Test
  void difference_isTakenUpToItsShareOfTheFullOnesBytes() {
    byte[] one = new byte[1_000];
    new Random(1).nextBytes(one);
    byte[] half = one.clone();
    new Random(2).nextBytes(half);
    System.arraycopy(one, 0, half, 0, 600);

    assertTrue(encode(one, half, 0.5).incremental());
    assertFalse(encode(one, half, 0.3).incremental());
  }

  private static CheckpointBlob encode(byte[] before, byte[] state, double shareMax) {
    return CheckpointEncoder.encode(
        new CheckpointEncoder("a", before, List.of("a")),
        new CheckpointEncoder.Limits(FULL_EVERY, shareMax),
        List.of(),
        Instant.EPOCH,
        2,
        "p",
        state);
  }

  @Test
  void damagedOrMissingBase_makesTheWholeChainUnusable_andIsNamed() throws Exception {
    take(4);
    byte[] damaged = blobs.get("c2").clone();
    damaged[damaged.length / 2]++;
    blobs.put("c2", damaged);
    assertTrue(unusable("c4").contains("checkpoint c2"), unusable("c4"));
    blobs.remove("c2");
    assertTrue(unusable("c3").contains("checkpoint c2"));
    assertArrayEquals(states.get(0), CheckpointChain.read(this::blob, "c1").state());
  }

  @Test
  void circle_isFound() {
    take(2);
    CheckpointBlob blob =
        CheckpointBlob.full(List.of(), Instant.EPOCH, 1, "p", states.get(0))
            .differenceTo("c9", states.get(0), states.get(0));
    blobs.put("c9", blob.toBytes());
    assertTrue(unusable("c9").contains("circle"));
  }

  private String unusable(String sha256) {
    return assertThrows(
            UnusableCheckpointException.class, () -> CheckpointChain.read(this::blob, sha256))
        .getMessage();
  }

  private byte[] blob(String sha256) throws IOException {
    byte[] bytes = blobs.get(sha256);
    if (bytes == null) {
      throw new IOException("no blob " + sha256);
    }
    return bytes;
  }
}
