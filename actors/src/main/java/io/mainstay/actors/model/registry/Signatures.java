package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.SafetySignature;
import java.nio.file.Path;

/** Makes a model's signature of its manifest and of the small files beside its graphs. Blocking. */
final class Signatures {
  private static final String POLICY = "policy.json";

  private final long bytesMax;

  Signatures(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  ModelSignature of(ModelManifest manifest, Path directory) throws ModelProblemException {
    KindSections sections = manifest.sections();
    if (sections.image().isPresent()) {
      return new ImageFiles(directory, bytesMax).signature(sections.image().get());
    }
    if (sections.safety().isPresent()) {
      KindSections.SafetyClasses safety = sections.safety().get();
      ModelJson.read(directory, POLICY, bytesMax);
      return new SafetySignature(
          safety.width(), safety.height(), safety.classes(), ModelJson.present(directory, POLICY));
    }
    if (sections.upscale().isPresent()) {
      return sections.upscale().get();
    }
    return sections.text().isPresent() ? sections.text().get() : new ModelSignature.Untyped();
  }
}
