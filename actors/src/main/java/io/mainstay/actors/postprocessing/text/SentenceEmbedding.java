package io.mainstay.actors.postprocessing.text;

import io.mainstay.protocol.Tensor;
import java.util.List;

/** Hidden state to unit embeddings, checked. The one way that every path of the node takes. */
public final class SentenceEmbedding {
  private SentenceEmbedding() {}

  /**
   * Pools and normalizes.
   *
   * @param hidden float32, texts x columns x dimensions
   * @param tokenCounts attended tokens of each text
   * @throws IllegalArgumentException if the shape does not fit the counts
   * @throws UnusableOutputException if the worker's numbers are not finite
   */
  public static EmbeddingMatrix embed(Tensor hidden, List<Integer> tokenCounts) {
    EmbeddingMatrix embeddings = L2Normalization.normalize(MeanPooling.pool(hidden, tokenCounts));
    int broken = embeddings.firstRowNotFinite();
    if (broken >= 0) {
      throw new UnusableOutputException(
          "Output '" + hidden.name() + "' has numbers that are not finite in row " + broken);
    }
    return embeddings;
  }
}
