package io.mainstay.actors.consistency.check;

import java.util.ArrayList;
import java.util.List;

/** The files of models that count as sound against the disk. */
final class ModelFileCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.MODEL_FILE_REGISTRY_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (ModelFacts.RegisteredFile declared : snapshot.models().files()) {
      SystemFacts.ModelFile file = snapshot.system().modelFiles().get(declared.path());
      if (file == null) {
        continue; // Registered after the disk was looked at.
      }
      if (!file.exists()) {
        found.add(
            divergence(DivergenceKind.MODEL_FILE_MISSING, declared, "no file", declared.sha256()));
      } else if (file.bytes() != declared.bytes()) {
        found.add(
            divergence(
                DivergenceKind.MODEL_FILE_CONTENT,
                declared,
                file.bytes() + " bytes",
                declared.bytes() + " bytes"));
      } else if (!file.sha256().isEmpty() && !file.sha256().equals(declared.sha256())) {
        found.add(
            divergence(
                DivergenceKind.MODEL_FILE_CONTENT, declared, file.sha256(), declared.sha256()));
      }
    }
    return found;
  }

  private static Divergence divergence(
      DivergenceKind kind, ModelFacts.RegisteredFile declared, String disk, String registry) {
    return new Divergence(kind, declared.modelId(), declared.path(), disk, registry, "");
  }
}
