package io.mainstay.actors.processing.image.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CounterNoiseTest {
  /** The vectors that Random123 publishes as known answers of philox4x32 with 10 rounds. */
  @Test
  void block_givesThePublishedAnswers() {
    assertBlock(
        new int[] {0, 0, 0, 0}, 0, 0, new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assertBlock(
        new int[] {-1, -1, -1, -1},
        -1,
        -1,
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assertBlock(
        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
        0xa4093822,
        0x299f31d0,
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  private static void assertBlock(int[] counter, int key0, int key1, int[] expected) {
    int[] words = counter.clone();
    Philox.block(words, key0, key1);
    assertArrayEquals(expected, words);
  }

  @Test
  void draw_isBoxAndMullerOverThePublishedBlock() {
    // Seed 0, draw 0, element 0: the block of counter 0 and key 0 above.
    double first = (0x6627e8d5L + 0.5) / 4294967296.0;
    double second = (0xe169c58dL + 0.5) / 4294967296.0;
    float[] drawn = new CounterNoise(0).draw(0, 2);

    assertEquals(Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second), drawn[0], 1e-6);
    assertEquals(Math.sqrt(-2 * Math.log(first)) * Math.sin(2 * Math.PI * second), drawn[1], 1e-6);
  }

  @Property(tries = 50)
  void draw_isStandardNormal(@ForAll long seed, @ForAll @IntRange(max = 1000) int draw) {
    int count = 40_000;
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    double neighbours = 0;
    float[] drawn = new CounterNoise(seed).draw(draw, count);
    for (int i = 0; i < count; i++) {
      double value = drawn[i];
      sum += value;
      squares += value * value;
      fourths += value * value * value * value;
      neighbours += i == 0 ? 0 : value * drawn[i - 1];
    }
    // Six standard errors of each moment: sqrt(1, 2, 96, 1) / sqrt(count).
    double error = 6 / Math.sqrt(count);
    assertEquals(0, sum / count, error);
    assertEquals(1, squares / count, error * Math.sqrt(2));
    assertEquals(3, fourths / count, error * Math.sqrt(96));
    assertEquals(0, neighbours / count, error);
  }

  @Property(tries = 200)
  void draw_dependsOnSeedDrawAndElementAlone(
      @ForAll long seed,
      @ForAll @IntRange(max = 999) int draw,
      @ForAll @IntRange(min = 1, max = 70) int count) {
    float[] all = new CounterNoise(seed).draw(draw, 80);

    assertArrayEquals(Arrays.copyOf(all, count), new CounterNoise(seed).draw(draw, count));
    assertNotEquals(
        Arrays.toString(all), Arrays.toString(new CounterNoise(seed).draw(draw + 1, 80)));
    assertNotEquals(
        Arrays.toString(all), Arrays.toString(new CounterNoise(seed + 1).draw(draw, 80)));
  }

  @Property(tries = 100)
  void batch_drawsForEachPictureWhatItWouldDrawAlone(
      @ForAll List<Long> seeds, @ForAll @IntRange(min = 1, max = 33) int each) {
    if (seeds.isEmpty()) {
      assertThrows(IllegalArgumentException.class, () -> new BatchNoise(seeds));
      return;
    }
    float[] drawn = new BatchNoise(seeds).draw(3, each * seeds.size());
    for (int picture = 0; picture < seeds.size(); picture++) {
      assertArrayEquals(
          new CounterNoise(seeds.get(picture)).draw(3, each),
          Arrays.copyOfRange(drawn, picture * each, (picture + 1) * each));
    }
  }

  @Test
  void batch_whenNumbersDoNotDivide_isRefused() {
    BatchNoise noise = new BatchNoise(List.of(1L, 2L));
    assertThrows(IllegalArgumentException.class, () -> noise.draw(0, 3));
  }

  @Property
  void seed_isThePromptsAndTheIndexsOwn(@ForAll String prompt, @ForAll @IntRange int index)
      throws Exception {
    byte[] text = prompt.getBytes(StandardCharsets.UTF_8);
    byte[] hashed = Arrays.copyOf(text, text.length + 4);
    for (int i = 0; i < 4; i++) {
      hashed[text.length + i] = (byte) (index >> (8 * i));
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(hashed);
    long expected = 0;
    for (int i = 7; i >= 0; i--) {
      expected = expected << 8 | digest[i] & 0xff;
    }

    long seed = SeedOf.prompt(prompt, index);

    assertTrue(seed >= 0);
    assertEquals(expected & Long.MAX_VALUE, seed);
    assertNotEquals(seed, SeedOf.prompt(prompt, index ^ 1));
    assertNotEquals(seed, SeedOf.prompt(prompt + " ", index));
  }
}
