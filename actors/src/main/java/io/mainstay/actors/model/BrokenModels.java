package io.mainstay.actors.model;

import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.model.registry.ScannedModel;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which broken models were said to be so: each look that finds the same again says nothing. Only
 * what is new, or wrong in another way, is a fault. Confined to the {@code ModelSupervisor}.
 */
final class BrokenModels {
  private record Said(String code, String component) {
    private static Said of(ModelProblem problem) {
      return new Said(problem.code().code(), problem.component());
    }
  }

  private final Consumer<ScannedModel.Broken> say;
  private final Map<String, Said> said = new HashMap<>();

  /**
   * @param say told of each that is new or changed
   */
  BrokenModels(Consumer<ScannedModel.Broken> say) {
    this.say = say;
  }

  /** All that a scan found; one that is gone would be new if it came back. */
  void scanned(Collection<ScannedModel> models, Set<String> ids) {
    said.keySet().retainAll(ids);
    models.forEach(this::found);
  }

  /** One was looked at. */
  void found(ScannedModel model) {
    if (model instanceof ScannedModel.Broken broken) {
      Said now = Said.of(broken.problem());
      if (!now.equals(said.put(broken.id(), now))) {
        say.accept(broken);
      }
    } else {
      said.remove(model.id());
    }
  }

  /** A load has said it. */
  void saidOfLoad(String modelId, ModelProblem problem) {
    said.put(modelId, Said.of(problem));
  }
}
