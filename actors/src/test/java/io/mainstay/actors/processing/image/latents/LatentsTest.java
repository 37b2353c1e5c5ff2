package io.mainstay.actors.processing.image.latents;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatentsTest {
  private static final Latents TWO = new Latents(2, 1, 1, 2, new float[] {1, 2, 3, 4});

  @Test
  void tensor_andBack_isTheSame() {
    Tensor tensor = TWO.tensor("sample");

    assertEquals(List.of(2L, 1L, 1L, 2L), tensor.dims());
    assertEquals(3, tensor.bytes().getFloat(8));
    assertEquals(TWO, Latents.of(tensor));
  }

  @Test
  void twice_andPictures_keepTheOrder() {
    assertArrayEquals(new float[] {1, 2, 3, 4, 1, 2, 3, 4}, TWO.twice().values());
    assertEquals(TWO, TWO.twice().pictures(2, 2));
    assertArrayEquals(new float[] {3, 4}, TWO.pictures(1, 1).values());
    assertThrows(IllegalArgumentException.class, () -> TWO.pictures(1, 2));
  }

  @Test
  void scaled_multipliesEach() {
    assertArrayEquals(new float[] {0.5f, 1, 1.5f, 2}, TWO.scaled(0.5).values());
  }

  @Test
  void of_whenANumberIsNotFinite_namesItsPlace() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Tensor tensor = TWO.with(new float[] {1, bad, 3, 4}).tensor("out_sample");
      Refusal refused = assertThrows(Refusal.class, () -> Latents.of(tensor));
      assertEquals("unusable_output", refused.code());
      assertTrue(refused.getMessage().contains("element 1"), refused.getMessage());
      assertTrue(refused.getMessage().contains("out_sample"), refused.getMessage());
    }
  }

  @Test
  void of_whenItIsNoLatentTensor_isRefused() {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    for (Tensor tensor :
        List.of(
            new Tensor("a", TensorType.FLOAT32, List.of(4L), bytes),
            new Tensor("a", TensorType.INT32, List.of(1L, 1L, 2L, 2L), bytes),
            new Tensor("a", TensorType.FLOAT32, List.of(1L, 0L, 2L, 2L), ByteBuffer.allocate(0)))) {
      assertThrows(Refusal.class, () -> Latents.of(tensor));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Latents(1, 1, 1, 2, new float[] {1, 2, 3}));
    assertThrows(IllegalArgumentException.class, () -> new Latents(0, 1, 1, 2, new float[0]));
  }

  @Test
  void guidance_movesFromTheAnswerWithoutThePromptPastTheOneWithIt() {
    // Without: 1, 2. With: 3, 4.
    Latents both = TWO;
    assertArrayEquals(new float[] {1, 2}, new Guidance(0).combine(both).values());
    assertArrayEquals(new float[] {3, 4}, new Guidance(1).combine(both).values());
    assertArrayEquals(new float[] {11, 12}, new Guidance(5).combine(both).values());
    assertEquals(1, new Guidance(5).combine(both).batch());
    assertFalse(new Guidance(1).isActive());
    assertTrue(new Guidance(0).isActive());
  }

  @Test
  void guidance_whenItCannotBe_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Guidance(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Guidance(2).combine(TWO.pictures(0, 1)));
  }
}
