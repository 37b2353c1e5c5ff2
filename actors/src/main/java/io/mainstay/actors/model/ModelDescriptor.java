package io.mainstay.actors.model;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

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
 * @param signature how its inputs are filled and its outputs read
 * @param licence SPDX identifier
 * @param origin where the files came from: class path resource or directory
 * @param traits capabilities, precision and fallbacks
 */
public record ModelDescriptor(
    String id,
    String version,
    String kind,
    List<Component> components,
    Path tokenizer,
    long memoryBytes,
    boolean batchInvariant,
    ModelSignature signature,
    String licence,
    String origin,
    ModelTraits traits) {
  public ModelDescriptor {
    components = List.copyOf(components);
  }

  /**
   * One file.
   *
   * @param name such as {@code unet}
   * @param path absolute
   * @param sha256 lower-case hex
   * @param bytes its size
   * @param opset version of the operators that its graph uses; 0 if it cannot be read
   * @param ports what its graph takes and gives: names, element types, dimensions; empty if it
   *     cannot be read
   * @param from id of the model that it was taken from; empty for the model's own
   */
  public record Component(
      String name, Path path, String sha256, long bytes, long opset, String ports, String from) {
    /** The model's own; nothing is said of its inputs and outputs. */
    public Component(String name, Path path, String sha256, long bytes, long opset) {
      this(name, path, sha256, bytes, opset, "", "");
    }

    /** The same, in another model. */
    public Component takenFrom(String modelId) {
      return new Component(name, path, sha256, bytes, opset, ports, modelId);
    }
  }

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
      int tokensMax)
      implements ModelSignature {}

  /** How texts become tensors and back; null for other kinds. */
  public TextSignature text() {
    return signature instanceof TextSignature text ? text : null;
  }

  /** Sizes, limits and factors of a text-to-image model; null for other kinds. */
  public ImageSignature image() {
    return signature instanceof ImageSignature image ? image : null;
  }

  /** Scales of an upscaling model; null for other kinds. */
  public UpscaleSignature upscale() {
    return signature instanceof UpscaleSignature upscale ? upscale : null;
  }

  /** Classes and policy of a safety model; null for other kinds. */
  public SafetySignature safety() {
    return signature instanceof SafetySignature safety ? safety : null;
  }

  /** The same with other components. */
  public ModelDescriptor withComponents(List<Component> others) {
    return new ModelDescriptor(
        id,
        version,
        kind,
        others,
        tokenizer,
        memoryBytes,
        batchInvariant,
        signature,
        licence,
        origin,
        traits);
  }

  /** The component of that name, if it has one. */
  public Optional<Component> component(String name) {
    return components.stream().filter(part -> part.name().equals(name)).findFirst();
  }

  /** All its components together, without tokenizer and data. */
  public long bytes() {
    return components.stream().mapToLong(Component::bytes).sum();
  }

  /**
   * One hash for all components: that of the only one, or SHA-256 over a line {@code name sha256}
   * for each, in loading order. Lower-case hex.
   */
  public String sha256() {
    if (components.size() == 1) {
      return components.get(0).sha256();
    }
    StringBuilder lines = new StringBuilder();
    components.forEach(
        part -> lines.append(part.name()).append(' ').append(part.sha256()).append('\n'));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
