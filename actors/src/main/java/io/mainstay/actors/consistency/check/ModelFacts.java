package io.mainstay.actors.consistency.check;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the model domain believes.
 *
 * @param residences where models are
 * @param files of its sound models
 * @param held models by holder
 * @param leases sagas by device that may load onto it
 */
public record ModelFacts(
    List<Residence> residences,
    List<RegisteredFile> files,
    Map<String, Set<String>> held,
    Map<String, String> leases) {
  /** No models. */
  public static final ModelFacts NONE = new ModelFacts(List.of(), List.of(), Map.of(), Map.of());

  public ModelFacts {
    residences = List.copyOf(residences);
    files = List.copyOf(files);
    held = Map.copyOf(held);
    leases = Map.copyOf(leases);
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
