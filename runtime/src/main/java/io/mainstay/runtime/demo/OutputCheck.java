package io.mainstay.runtime.demo;

import java.util.Arrays;
import java.util.List;

/**
 * What became of every document: the output after the kill against that of an undisturbed run.
 *
 * @param documents in the input
 * @param embedded documents with exactly one embedding
 * @param lost documents with none
 * @param duplicated documents with more than one, and lines for documents that do not exist
 * @param mismatched documents whose numbers differ in any bit, or whose norm is not 1
 */
record OutputCheck(int documents, int embedded, int lost, int duplicated, int mismatched) {
  private static final double NORM_TOLERANCE = 1e-4;

  static OutputCheck of(int documents, Embeddings output, Embeddings undisturbed) {
    int embedded = 0;
    int lost = 0;
    int duplicated = 0;
    int mismatched = 0;
    for (int index = 0; index < documents; index++) {
      List<float[]> found = output.of(index);
      if (found.isEmpty()) {
        lost++;
      } else if (found.size() > 1) {
        duplicated++;
      } else {
        embedded++;
        if (!same(found.get(0), undisturbed.of(index))) {
          mismatched++;
        }
      }
    }
    for (int index : output.indexes()) {
      if (index < 0 || index >= documents) {
        duplicated++;
      }
    }
    return new OutputCheck(documents, embedded, lost, duplicated, mismatched);
  }

  /** Whether the promise is kept. */
  boolean kept() {
    return embedded == documents && lost == 0 && duplicated == 0 && mismatched == 0;
  }

  private static boolean same(float[] vector, List<float[]> reference) {
    if (reference.size() != 1) {
      return false;
    }
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    return Math.abs(Math.sqrt(square) - 1) < NORM_TOLERANCE
        && Arrays.equals(vector, reference.get(0));
  }
}
