package io.mainstay.actors.postprocessing.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Embeddings of a batch, one row a document. Immutable. Stored as float32, little-endian. */
public final class EmbeddingMatrix {
  private final int rows;
  private final int dimensions;
  private final float[] values;

  /** Takes the array over: nobody else may write to it afterwards. */
  EmbeddingMatrix(int rows, int dimensions, float[] values) {
    if (values.length != Math.multiplyExact(rows, dimensions)) {
      throw new IllegalArgumentException(
          rows + " x " + dimensions + " embeddings need other than " + values.length + " values");
    }
    this.rows = rows;
    this.dimensions = dimensions;
    this.values = values;
  }

  /** Rows of equal length; at least one. */
  public static EmbeddingMatrix of(float[][] rows) {
    int dimensions = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, dimensions)];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, values, row * dimensions, dimensions);
    }
    return new EmbeddingMatrix(rows.length, dimensions, values);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no whole number of floats for each row
   */
  public static EmbeddingMatrix parse(byte[] bytes, int rows) {
    if (rows < 1 || bytes.length == 0 || bytes.length % (rows * Float.BYTES) != 0) {
      throw new IllegalArgumentException(
          "A result of " + bytes.length + " bytes cannot hold " + rows + " embeddings");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new EmbeddingMatrix(rows, values.length / rows, values);
  }

  /** Number of documents. */
  public int rows() {
    return rows;
  }

  /** Numbers in an embedding. */
  public int dimensions() {
    return dimensions;
  }

  /** One number. */
  public float value(int row, int dimension) {
    return values[row * dimensions + dimension];
  }

  /** One embedding; a copy. */
  public List<Float> row(int row) {
    List<Float> copy = new ArrayList<>(dimensions);
    for (int d = 0; d < dimensions; d++) {
      copy.add(value(row, d));
    }
    return copy;
  }

  /** The first row that holds a number that is infinite or none at all; -1 if there is no such. */
  public int firstRowNotFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i / dimensions;
      }
    }
    return -1;
  }

  /** Row by row, float32, little-endian. */
  public byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmbeddingMatrix that
        && rows == that.rows
        && dimensions == that.dimensions
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "EmbeddingMatrix[" + rows + " x " + dimensions + "]";
  }
}
