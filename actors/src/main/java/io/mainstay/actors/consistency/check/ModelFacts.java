package io.mainstay.actors.consistency.check;

import java.util.List;

/** What the model domain believes: where models are, and which files its sound ones have. */
public record ModelFacts(List<Residence> residences, List<RegisteredFile> files) {
  /** No models. */
  public static final ModelFacts NONE = new ModelFacts(List.of(), List.of());

  public ModelFacts {
    residences = List.copyOf(residences);
    files = List.copyOf(files);
  }

  /**
   * Where a model is on a device.
   *
   * @param state loading, loaded, recovering or failed
   */
  public record Residence(String modelId, String deviceId, String state) {}

  /**
   * A file that a sound model consists of.
   *
   * @param path absolute
   * @param sha256 declared, lower-case hex
   */
  public record RegisteredFile(String modelId, String path, long bytes, String sha256) {}
}
