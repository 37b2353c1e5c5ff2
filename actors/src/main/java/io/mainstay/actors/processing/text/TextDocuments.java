package io.mainstay.actors.processing.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The documents of a text input, one a line, in the order of the lines. Holds the bytes once; texts
 * are made when they are asked for. Immutable.
 */
public final class TextDocuments {
  private final byte[] bytes;
  private final int[] starts;
  private final int[] ends;

  /** Takes the arrays over. */
  TextDocuments(byte[] bytes, int[] starts, int[] ends) {
    this.bytes = bytes;
    this.starts = starts;
    this.ends = ends;
  }

  /** Number of documents. */
  public int count() {
    return starts.length;
  }

  /** One document, without its line ending. */
  public String text(int index) {
    return new String(bytes, starts[index], ends[index] - starts[index], StandardCharsets.UTF_8);
  }

  /** Documents from one index up to, and without, another. */
  public List<String> texts(int from, int to) {
    List<String> texts = new ArrayList<>(to - from);
    for (int index = from; index < to; index++) {
      texts.add(text(index));
    }
    return texts;
  }
}
