package io.mainstay.runtime.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Nearest sentences by cosine, as a person can judge them. */
final class Neighbours {
  /** One sentence and how near it is, 1 for the same direction. */
  record Neighbour(int index, double cosine) {}

  private final Embeddings embeddings;

  Neighbours(Embeddings embeddings) {
    this.embeddings = embeddings;
  }

  /** The nearest other sentences, nearest first. */
  List<Neighbour> nearest(int index, int count) {
    float[] query = embeddings.of(index).get(0);
    List<Neighbour> all = new ArrayList<>();
    for (int other : embeddings.indexes()) {
      if (other != index) {
        all.add(new Neighbour(other, cosine(query, embeddings.of(other).get(0))));
      }
    }
    all.sort(Comparator.comparingDouble(Neighbour::cosine).reversed());
    return all.subList(0, Math.min(count, all.size()));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squareA * squareB);
  }
}
