package io.mainstay.persistence.session;

/**
 * Consecutive documents: a batch of the plan, or a part of one after a bisect.
 *
 * @param from first index
 * @param to index after the last
 */
public record DocumentRange(int from, int to) {
  public DocumentRange {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("Range [" + from + ", " + to + ") is empty or negative");
    }
  }

  /** Number of documents. */
  public int size() {
    return to - from;
  }

  /** First half; at least one document. */
  public DocumentRange left() {
    return new DocumentRange(from, from + size() / 2);
  }

  /** The rest. Only for ranges of two and more. */
  public DocumentRange right() {
    return new DocumentRange(from + size() / 2, to);
  }
}
