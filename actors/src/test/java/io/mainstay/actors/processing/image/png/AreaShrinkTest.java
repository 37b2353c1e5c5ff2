package io.mainstay.actors.processing.image.png;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AreaShrinkTest {
  @Test
  void resized_isTheMeanOfTheAreaCovered() {
    // Three pixels to two: each takes one whole and half of the middle one.
    Picture three = Drawings.drawn(3, 1, (x, y, c) -> new double[] {0.3, 0.6, 0.9}[x]);
    assertArrayEquals(
        new float[] {0.4f, 0.8f, 0.4f, 0.8f, 0.4f, 0.8f},
        AreaShrink.resized(three, 2, 1).planes(),
        1e-6f);

    Picture block = Drawings.drawn(4, 4, (x, y, c) -> x < 2 && y < 2 ? 1 : 0);
    assertEquals(0.25f, AreaShrink.resized(block, 1, 1).planes()[0]);
  }

  @Test
  void resized_whenLarger_repeatsPixels() {
    Picture two = Drawings.drawn(2, 1, (x, y, c) -> x);
    float[] planes = AreaShrink.resized(two, 4, 2).planes();
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 1, 1}, Arrays.copyOf(planes, 8), 1e-6f);
  }

  @Property(tries = 200)
  void resized_keepsTheMeanAndTheRange(
      @ForAll @IntRange(min = 1, max = 50) int width,
      @ForAll @IntRange(min = 1, max = 50) int height,
      @ForAll @IntRange(min = 1, max = 50) int toWidth,
      @ForAll @IntRange(min = 1, max = 50) int toHeight) {
    Picture picture = Drawings.gradient(width, height);
    Picture resized = AreaShrink.resized(picture, toWidth, toHeight);

    assertEquals(mean(picture), mean(resized), 1e-5);
    for (float sample : resized.planes()) {
      assertEquals(0.5, sample, 0.5 + 1e-6);
    }
  }

  private static double mean(Picture picture) {
    double sum = 0;
    for (float sample : picture.planes()) {
      sum += sample;
    }
    return sum / picture.planes().length;
  }

  @Test
  void letterboxed_centresTheWholePictureOnWhite() {
    Picture wide = Drawings.drawn(8, 4, (x, y, c) -> 0);
    Picture boxed = AreaShrink.letterboxed(wide, 4, 4);
    for (int y = 0; y < 4; y++) {
      assertEquals(y == 1 || y == 2 ? 0 : 1, boxed.planes()[y * 4 + 2], "row " + y);
    }
    Picture sliver = Drawings.drawn(1000, 1, (x, y, c) -> 0);
    assertEquals(64, AreaShrink.letterboxed(sliver, 64, 64).height());
  }

  @Test
  void letterboxed_whenItFits_isThePictureItself() {
    Picture picture = Drawings.gradient(64, 64);
    assertSame(picture, AreaShrink.letterboxed(picture, 64, 64));
  }

  @Test
  void pictures_ofAnAnswer_areScaledClippedAndSplit() {
    Tensor tensor = tensor(List.of(2L, 3L, 1L, 1L), -1, 0, 1, -2, 0.5f, 2);

    List<Picture> pictures = PictureMath.pictures(tensor, 0.5f, 0.5f);

    assertEquals(2, pictures.size());
    assertArrayEquals(new float[] {0, 0.5f, 1}, pictures.get(0).planes());
    assertArrayEquals(new float[] {0, 0.75f, 1}, pictures.get(1).planes());
  }

  @Test
  void pictures_whenTheAnswerIsUnusable_isRefused() {
    for (Tensor tensor :
        List.of(
            tensor(List.of(1L, 3L, 1L, 1L), 0, Float.NaN, 0),
            tensor(List.of(1L, 1L, 1L, 3L), 0, 0, 0),
            tensor(List.of(0L, 3L, 1L, 1L)))) {
      Refusal refused = assertThrows(Refusal.class, () -> PictureMath.pictures(tensor, 1, 0));
      assertEquals("unusable_output", refused.code());
    }
  }

  private static Tensor tensor(List<Long> dims, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor("sample", TensorType.FLOAT32, dims, bytes);
  }

  @Test
  void clip_leavesNothingOutOfRange() {
    Picture clipped = PictureMath.clip(new Picture(1, 1, new float[] {Float.NaN, -1, 1.5f}));
    assertArrayEquals(new float[] {0, 0, 1}, clipped.planes());
  }
}
