package io.mainstay.actors.model.fallback;

import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.Substitution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Who counts on a model being there, whether it works with it now or not. Pure. */
public final class Dependents {
  private Dependents() {}

  /**
   * In words: templates that take it when nobody names another, models that it may stand in for or
   * lend a component to.
   *
   * @param models all whose manifests are known
   * @param templates models that each takes by default
   */
  public static List<String> of(
      String modelId, Collection<ModelDescriptor> models, Map<String, List<String>> templates) {
    List<String> dependents = new ArrayList<>();
    templates.forEach(
        (template, taken) -> {
          if (taken.contains(modelId)) {
            dependents.add("template " + template);
          }
        });
    for (ModelDescriptor model : models) {
      for (Fallback fallback : model.traits().fallbacks()) {
        if (fallback.model().equals(modelId)) {
          dependents.add(
              "model %s (%s)"
                  .formatted(
                      model.id(),
                      fallback.relation() == Fallback.Relation.COMPONENT
                          ? fallback.component()
                          : fallback.relation().text()));
        }
      }
      Substitution.of(model.id())
          .filter(mixed -> mixed.donor().equals(modelId) || mixed.base().equals(modelId))
          .ifPresent(mixed -> dependents.add("model " + model.id()));
    }
    return List.copyOf(dependents);
  }
}
