package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor;

/** One model as a scan found it. */
public sealed interface ScannedModel {
  String id();

  /** Directory, or class-path resource. */
  String origin();

  /** Its files are there and are what the manifest says. */
  record Sound(ModelDescriptor descriptor) implements ScannedModel {
    @Override
    public String id() {
      return descriptor.id();
    }

    @Override
    public String origin() {
      return descriptor.origin();
    }
  }

  /**
   * It is listed, and cannot be loaded.
   *
   * @param version as far as known, else empty
   * @param kind as far as known, else empty
   * @param licence as far as known, else empty
   */
  record Broken(
      String id, String version, String kind, String licence, String origin, ModelProblem problem)
      implements ScannedModel {
    static Broken of(ModelManifest manifest, String origin, ModelProblem problem) {
      return new Broken(
          manifest.id(), manifest.version(), manifest.kind(), manifest.licence(), origin, problem);
    }

    /** Of which nothing but its name is known. */
    static Broken unread(String id, String origin, ModelProblem problem) {
      return new Broken(id, "", "", "", origin, problem);
    }
  }
}
