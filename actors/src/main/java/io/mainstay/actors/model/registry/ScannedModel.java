package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor;
import java.util.Optional;
import java.util.Set;

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
   * What is known of a broken model: enough to find what may stand in for it, or for its bad part.
   *
   * @param model as its manifest describes it; never to be loaded
   * @param faulty components whose files are bad, each once; with an empty name where another file
   *     is, or where it is not known which
   */
  record Remains(ModelDescriptor model, Set<String> faulty) {
    public Remains {
      faulty = Set.copyOf(faulty);
    }
  }

  /**
   * It is listed, and cannot be loaded.
   *
   * @param version as far as known, else empty
   * @param kind as far as known, else empty
   * @param licence as far as known, else empty
   * @param remains what its manifest says; empty if that could not be read
   */
  record Broken(
      String id,
      String version,
      String kind,
      String licence,
      String origin,
      ModelProblem problem,
      Optional<Remains> remains)
      implements ScannedModel {
    /** Whose manifest is not known. */
    public Broken(
        String id,
        String version,
        String kind,
        String licence,
        String origin,
        ModelProblem problem) {
      this(id, version, kind, licence, origin, problem, Optional.empty());
    }

    static Broken of(ModelManifest manifest, String origin, ModelProblem problem) {
      return of(manifest, origin, problem, Optional.empty());
    }

    static Broken of(
        ModelManifest manifest, String origin, ModelProblem problem, Optional<Remains> remains) {
      return new Broken(
          manifest.id(),
          manifest.version(),
          manifest.kind(),
          manifest.licence(),
          origin,
          problem,
          remains);
    }

    /** Of which nothing but its name is known. */
    static Broken unread(String id, String origin, ModelProblem problem) {
      return new Broken(id, "", "", "", origin, problem);
    }
  }
}
