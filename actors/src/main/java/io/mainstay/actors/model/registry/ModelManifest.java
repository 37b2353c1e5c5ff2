package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import java.util.List;
import java.util.Optional;

/**
 * What {@code model.conf} beside the files of a model says. Read by {@link ManifestReader}.
 *
 * @param id unique in a node; also a directory name
 * @param version of the model; also a directory name
 * @param kind {@code text-embedding}, or another that a template asks for
 * @param files to check, in the order of loading
 * @param memoryBytes expected growth of a worker that loads it
 * @param batchInvariant whether a result is independent of what else is in the batch
 * @param text signature of a text model
 * @param licence SPDX identifier
 */
record ModelManifest(
    String id,
    String version,
    String kind,
    List<ManifestFile> files,
    long memoryBytes,
    boolean batchInvariant,
    Optional<TextSignature> text,
    String licence) {
  ModelManifest {
    files = List.copyOf(files);
  }

  /** What a file is for. */
  enum Role {
    /** An ONNX graph that a worker loads. */
    MODEL,
    /** A tokenizer.json, used by the host. */
    TOKENIZER,
    /** External data of a graph. */
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

  /** The files that a worker loads. */
  List<ManifestFile> components() {
    return files.stream().filter(file -> file.role() == Role.MODEL).toList();
  }

  Optional<ManifestFile> tokenizer() {
    return files.stream().filter(file -> file.role() == Role.TOKENIZER).findFirst();
  }
}
