package io.mainstay.actors.postprocessing.text;

/**
 * One line of {@code embeddings.jsonl}: {@code {"index":0,"embedding":[...]}}. Each number is the
 * text of {@link Float#toString(float)}, which is valid JSON for finite numbers and parses back to
 * the same bits.
 */
public final class EmbeddingLine {
  // 16 characters hold the longest float32, its sign, its exponent and a comma.
  private static final int CHARACTERS_PER_NUMBER = 16;

  private EmbeddingLine() {}

  /** The line of one row, with its line feed. */
  public static String of(int index, EmbeddingMatrix embeddings, int row) {
    StringBuilder line =
        new StringBuilder(40 + embeddings.dimensions() * CHARACTERS_PER_NUMBER)
            .append("{\"index\":")
            .append(index)
            .append(",\"embedding\":[");
    for (int d = 0; d < embeddings.dimensions(); d++) {
      if (d > 0) {
        line.append(',');
      }
      line.append(embeddings.value(row, d));
    }
    return line.append("]}\n").toString();
  }
}
