package io.mainstay.actors.postprocessing.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SentenceEmbeddingTest {
  private static Tensor hidden(int rows, int columns, int dimensions, Random random) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows * columns * dimensions * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    return tensor(rows, columns, dimensions, bytes);
  }

  private static Tensor tensor(int rows, int columns, int dimensions, ByteBuffer bytes) {
    return new Tensor(
        "h",
        TensorType.FLOAT32,
        List.of((long) rows, (long) columns, (long) dimensions),
        bytes.flip());
  }

  private static Tensor of(int rows, int columns, int dimensions, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return tensor(rows, columns, dimensions, bytes);
  }

  @Test
  void pool_leavesPaddingOut() {
    Tensor hidden = of(2, 2, 2, 1, 2, 3, 4, 5, 6, 1e9f, Float.NaN);

    assertEquals(
        EmbeddingMatrix.of(new float[][] {{2, 3}, {5, 6}}),
        MeanPooling.pool(hidden, List.of(2, 1)));
  }

  @Test
  void pool_whenCountsDoNotFit_saysWhich() {
    Tensor hidden = of(1, 2, 2, 1, 2, 3, 4);
    for (List<Integer> counts : List.of(List.of(0), List.of(3), List.of(1, 1))) {
      assertThrows(IllegalArgumentException.class, () -> MeanPooling.pool(hidden, counts));
    }
    Tensor flat = new Tensor("h", TensorType.FLOAT32, List.of(4L), ByteBuffer.allocate(16));
    assertThrows(IllegalArgumentException.class, () -> MeanPooling.pool(flat, List.of(1)));
  }

  @Test
  void normalize_whenTheRowIsZero_leavesIt() {
    EmbeddingMatrix zero = EmbeddingMatrix.of(new float[][] {{0, 0, 0}});
    assertEquals(zero, L2Normalization.normalize(zero));
  }

  @Property(tries = 200)
  void embed_isNearTheDoubleReference_andTheSameBitsEachTime(
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll @IntRange(min = 1, max = 40) int columns,
      @ForAll @IntRange(min = 1, max = 384) int dimensions,
      @ForAll long seed) {
    Random random = new Random(seed);
    Tensor hidden = hidden(rows, columns, dimensions, random);
    List<Integer> counts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      counts.add(1 + random.nextInt(columns));
    }

    EmbeddingMatrix embeddings = SentenceEmbedding.embed(hidden, counts);

    assertEquals(embeddings, SentenceEmbedding.embed(hidden, counts));
    for (int row = 0; row < rows; row++) {
      double[] mean = new double[dimensions];
      double squares = 0;
      for (int d = 0; d < dimensions; d++) {
        for (int column = 0; column < counts.get(row); column++) {
          mean[d] += hidden.bytes().getFloat(((row * columns + column) * dimensions + d) * 4);
        }
        mean[d] /= counts.get(row);
        squares += mean[d] * mean[d];
      }
      for (int d = 0; d < dimensions; d++) {
        assertEquals(mean[d] / Math.sqrt(squares), embeddings.value(row, d), 2e-4);
      }
    }
  }

  @Test
  void embed_whenANumberIsNotFinite_isUnusable() {
    Tensor hidden = of(2, 1, 2, 1, 2, Float.POSITIVE_INFINITY, 4);
    UnusableOutputException unusable =
        assertThrows(
            UnusableOutputException.class, () -> SentenceEmbedding.embed(hidden, List.of(1, 1)));
    assertTrue(unusable.getMessage().contains("row 1"), unusable.getMessage());
  }

  @Property(tries = 300)
  void line_parsesBackToTheSameBits(@ForAll float first, @ForAll int bits) throws Exception {
    float second = Float.intBitsToFloat(bits);
    if (!Float.isFinite(first) || !Float.isFinite(second)) {
      return;
    }
    EmbeddingMatrix matrix = EmbeddingMatrix.of(new float[][] {{first, second}});

    String line = EmbeddingLine.of(7, matrix, 0);

    var json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(line);
    assertTrue(line.endsWith("]}\n"));
    assertEquals(7, json.get("index").asInt());
    for (int d = 0; d < 2; d++) {
      assertEquals(
          Float.floatToRawIntBits(matrix.value(0, d)),
          Float.floatToRawIntBits(Float.parseFloat(json.get("embedding").get(d).asText())));
      // Readers that go through double, as most JSON libraries do, get the same float.
      assertEquals(matrix.value(0, d), (float) json.get("embedding").get(d).asDouble());
    }
  }

  @Property(tries = 100)
  void bytes_parseBackToTheSameMatrix(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int dimensions,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[][] values = new float[rows][dimensions];
    for (float[] row : values) {
      for (int d = 0; d < dimensions; d++) {
        row[d] = random.nextFloat();
      }
    }
    EmbeddingMatrix matrix = EmbeddingMatrix.of(values);
    assertEquals(matrix, EmbeddingMatrix.parse(matrix.toBytes(), rows));
  }

  @Test
  void parse_whenBytesAreCut_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> EmbeddingMatrix.parse(new byte[12], 2));
    assertThrows(IllegalArgumentException.class, () -> EmbeddingMatrix.parse(new byte[0], 1));
  }
}
