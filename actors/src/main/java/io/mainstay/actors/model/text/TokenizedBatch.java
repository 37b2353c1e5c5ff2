package io.mainstay.actors.model.text;

import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of a batch of texts, one row a text in their order, padded to the longest row. Immutable.
 */
public final class TokenizedBatch {
  private final int columns;
  private final int padId;
  private final List<Row> rows;

  /** Tokens of one text, not padded. The arrays are never written to after construction. */
  record Row(long[] ids, long[] typeIds) {}

  TokenizedBatch(List<Row> rows, int padId) {
    this.rows = List.copyOf(rows);
    this.padId = padId;
    this.columns = rows.stream().mapToInt(row -> row.ids().length).max().orElse(0);
  }

  /** What columns after a row's tokens hold. */
  int padId() {
    return padId;
  }

  /** Number of texts. */
  public int rows() {
    return rows.size();
  }

  /** Tokens of the longest text, special ones included: the second dimension of every tensor. */
  public int columns() {
    return columns;
  }

  /**
   * Tokens of that text, special ones included. They come first in its row: columns from this on
   * are padding, which mean pooling leaves out.
   */
  public int tokens(int row) {
    return rows.get(row).ids().length;
  }

  /** Tokens of each text, special ones included. */
  public List<Integer> tokenCounts() {
    return rows.stream().map(row -> row.ids().length).toList();
  }

  /** Whether that column of that row is a token (and not padding). */
  public boolean attended(int row, int column) {
    return column < tokens(row);
  }

  /** Token ids of a text, not padded; a copy. */
  public long[] ids(int row) {
    return rows.get(row).ids().clone();
  }

  /** The model's inputs: int64 tensors of rows x columns, under the names of the signature. */
  public List<Tensor> inputs(TextSignature signature) {
    ByteBuffer ids = room();
    ByteBuffer mask = room();
    ByteBuffer types = room();
    for (Row row : rows) {
      for (int column = 0; column < columns; column++) {
        boolean attended = column < row.ids().length;
        ids.putLong(attended ? row.ids()[column] : padId);
        mask.putLong(attended ? 1 : 0);
        types.putLong(attended ? row.typeIds()[column] : 0);
      }
    }
    List<Tensor> inputs = new ArrayList<>(3);
    inputs.add(tensor(signature.inputIds(), ids));
    inputs.add(tensor(signature.attentionMask(), mask));
    if (!signature.tokenTypeIds().isEmpty()) {
      inputs.add(tensor(signature.tokenTypeIds(), types));
    }
    return List.copyOf(inputs);
  }

  private ByteBuffer room() {
    int bytes = Math.multiplyExact(Math.multiplyExact(rows.size(), columns), Long.BYTES);
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Tensor tensor(String name, ByteBuffer bytes) {
    return new Tensor(
        name, TensorType.INT64, List.of((long) rows.size(), (long) columns), bytes.flip());
  }
}
