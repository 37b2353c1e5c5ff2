package io.mainstay.actors.model;

import java.nio.file.Path;
import java.util.List;

/**
 * A model that the registry knows and whose files are where it says.
 *
 * @param id such as {@code all-minilm-l6-v2-q}
 * @param version of the model
 * @param kind such as {@code text-embedding}
 * @param components files to load, in loading order
 * @param tokenizer its tokenizer.json, or null
 * @param memoryBytes expected growth of a worker that loads it
 * @param batchInvariant whether a result is independent of what else is in the batch
 * @param text how texts become tensors and back; null for other kinds
 * @param licence SPDX identifier
 * @param origin where the files came from: class path resource or directory
 */
public record ModelDescriptor(
    String id,
    String version,
    String kind,
    List<Component> components,
    Path tokenizer,
    long memoryBytes,
    boolean batchInvariant,
    TextSignature text,
    String licence,
    String origin) {
  public ModelDescriptor {
    components = List.copyOf(components);
  }

  /** One file. {@code sha256} is lower-case hex. */
  public record Component(String name, Path path, String sha256, long bytes) {}

  /**
   * Signature of a text embedding model.
   *
   * @param inputIds name of the token id input (int64, batch x tokens)
   * @param attentionMask name of the mask input
   * @param tokenTypeIds name of the token type input, or empty if it has none
   * @param output name of the last hidden state (float32, batch x tokens x dimensions)
   * @param dimensions of an embedding
   * @param tokensMax longer texts are cut to this
   */
  public record TextSignature(
      String inputIds,
      String attentionMask,
      String tokenTypeIds,
      String output,
      int dimensions,
      int tokensMax) {}
}
