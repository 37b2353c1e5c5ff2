package io.mainstay.actors.postprocessing.text;

/**
 * Scales each row to length 1. In float32, squares summed in the order of the dimensions, so the
 * same row always gives the same bits. A row of zeros stays as it is. Thread-safe.
 */
public final class L2Normalization {
  private L2Normalization() {}

  /** A new matrix of unit rows. */
  public static EmbeddingMatrix normalize(EmbeddingMatrix matrix) {
    int dimensions = matrix.dimensions();
    float[] unit = new float[matrix.rows() * dimensions];
    for (int row = 0; row < matrix.rows(); row++) {
      float squares = 0;
      for (int d = 0; d < dimensions; d++) {
        float value = matrix.value(row, d);
        squares += value * value;
      }
      float length = (float) Math.sqrt(squares);
      float divisor = length == 0 ? 1 : length;
      for (int d = 0; d < dimensions; d++) {
        unit[row * dimensions + d] = matrix.value(row, d) / divisor;
      }
    }
    return new EmbeddingMatrix(matrix.rows(), dimensions, unit);
  }
}
