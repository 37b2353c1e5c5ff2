package io.mainstay.actors.postprocessing.text;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Mean over the tokens of each text, padding left out. In float32, token by token in their order,
 * so the same hidden state always gives the same bits. Thread-safe.
 */
public final class MeanPooling {
  private MeanPooling() {}

  /**
   * One row for each text.
   *
   * @param hidden float32, texts x columns x dimensions
   * @param tokenCounts attended tokens of each text, which come first in its row; at least 1
   * @throws IllegalArgumentException if the shape and the counts do not belong together
   */
  public static EmbeddingMatrix pool(Tensor hidden, List<Integer> tokenCounts) {
    if (hidden.type() != TensorType.FLOAT32 || hidden.dims().size() != 3) {
      throw new IllegalArgumentException(
          "Pooling needs float32 of rank 3; output '"
              + hidden.name()
              + "' is "
              + hidden.type()
              + " of shape "
              + hidden.dims());
    }
    int rows = Math.toIntExact(hidden.dims().get(0));
    int columns = Math.toIntExact(hidden.dims().get(1));
    int dimensions = Math.toIntExact(hidden.dims().get(2));
    if (tokenCounts.size() != rows) {
      throw new IllegalArgumentException(
          "Output '" + hidden.name() + "' has " + rows + " rows for " + tokenCounts.size());
    }
    FloatBuffer values = hidden.bytes().asFloatBuffer();
    float[] pooled = new float[Math.multiplyExact(rows, dimensions)];
    float[] token = new float[dimensions];
    float[] sum = new float[dimensions];
    for (int row = 0; row < rows; row++) {
      int tokens = tokenCounts.get(row);
      if (tokens < 1 || tokens > columns) {
        throw new IllegalArgumentException(
            "Row " + row + " has " + tokens + " tokens; allowed are 1 to " + columns);
      }
      Arrays.fill(sum, 0);
      values.position(row * columns * dimensions);
      for (int column = 0; column < tokens; column++) {
        values.get(token);
        for (int d = 0; d < dimensions; d++) {
          sum[d] += token[d];
        }
      }
      for (int d = 0; d < dimensions; d++) {
        pooled[row * dimensions + d] = sum[d] / tokens;
      }
    }
    return new EmbeddingMatrix(rows, dimensions, pooled);
  }
}
