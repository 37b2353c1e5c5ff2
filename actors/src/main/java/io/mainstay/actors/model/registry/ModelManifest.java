package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelTraits;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code model.conf} beside the files of a model says, or what {@link DiffusersLayout} takes
 * from a directory that has none. Read by {@link ManifestReader}.
 *
 * @param id unique in a node; also a directory name
 * @param version of the model; also a directory name
 * @param kind {@code text-embedding}, or another that a template asks for
 * @param files to check
 * @param memoryBytes expected growth of a worker that loads it
 * @param batchInvariant whether a result is independent of what else is in the batch
 * @param licence SPDX identifier
 * @param traits capabilities, precision, fallbacks
 * @param loadOrder components that are loaded first; the others follow in the order of files
 * @param sections of the kind
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "registry",
    fields = "metadata")
record ModelManifest(
    String id,
    String version,
    String kind,
    List<ManifestFile> files,
    long memoryBytes,
    boolean batchInvariant,
    String licence,
    ModelTraits traits,
    List<String> loadOrder,
    KindSections sections) {
  ModelManifest {
    files = List.copyOf(files);
    loadOrder = List.copyOf(loadOrder);
  }

  /** What a file is for. */
  enum Role {
    /** An ONNX graph that a worker loads. */
    MODEL,
    /** A tokenizer.json, used by the host. */
    TOKENIZER,
    /** External data of a graph, or a configuration that the host reads. */
    DATA
  }

  /**
   * One file.
   *
   * @param name of the component, such as {@code model} or {@code unet}
   * @param role what it is for
   * @param file path below the model's directory
   * @param resource class-path resource of a bundled model, or empty
   * @param sha256 lower-case hex
   * @param bytes its size
   */
  record ManifestFile(
      String name, Role role, String file, String resource, String sha256, long bytes) {}

  /** The files that a worker loads, in loading order. */
  List<ManifestFile> components() {
    List<ManifestFile> graphs = files.stream().filter(file -> file.role() == Role.MODEL).toList();
    List<ManifestFile> ordered = new ArrayList<>();
    for (String name : loadOrder) {
      graphs.stream().filter(file -> file.name().equals(name)).forEach(ordered::add);
    }
    graphs.stream().filter(file -> !ordered.contains(file)).forEach(ordered::add);
    return ordered;
  }

  Optional<ManifestFile> component(String name) {
    return components().stream().filter(file -> file.name().equals(name)).findFirst();
  }

  Optional<ManifestFile> tokenizer() {
    return files.stream().filter(file -> file.role() == Role.TOKENIZER).findFirst();
  }
}
