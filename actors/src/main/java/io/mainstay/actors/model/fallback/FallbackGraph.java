package io.mainstay.actors.model.fallback;

import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that fallbacks lead somewhere and end: an unknown target or a cycle is a mistake in a
 * manifest. The models stay usable; a chain passes each model once. A model that lends a component
 * is not loaded itself, so its own fallbacks do not count as a way on. Pure.
 */
public final class FallbackGraph {
  private static final String BUILTIN = "builtin";

  private FallbackGraph() {}

  /**
   * Mistakes, by the id of the model whose manifest has them.
   *
   * @param models sound ones
   * @param known ids of all models, broken ones included
   */
  public static Map<String, List<ModelProblem>> problems(
      Map<String, ModelDescriptor> models, Collection<String> known) {
    Map<String, List<ModelProblem>> problems = new LinkedHashMap<>();
    for (ModelDescriptor model : models.values()) {
      List<ModelProblem> found = new ArrayList<>();
      for (Fallback fallback : model.traits().fallbacks()) {
        if (!known.contains(fallback.model()) && !fallback.model().equals(BUILTIN)) {
          found.add(
              new ModelProblem(
                  ModelFaultCode.MODEL_FALLBACK_UNKNOWN,
                  model.id() + " names the fallback " + fallback.model() + ", which is no model",
                  "Put that model into a models directory, or take it out of fallbacks"));
        }
      }
      List<String> cycle = cycle(model.id(), models);
      if (!cycle.isEmpty()) {
        found.add(
            new ModelProblem(
                ModelFaultCode.MODEL_FALLBACK_CYCLE,
                "the fallbacks of " + model.id() + " lead back to it: " + String.join(" > ", cycle),
                "Let fallbacks lead from better models to simpler ones only"));
      }
      if (!found.isEmpty()) {
        problems.put(model.id(), found);
      }
    }
    return problems;
  }

  /** A way from the model back to itself, both ends included; empty if there is none. */
  private static List<String> cycle(String id, Map<String, ModelDescriptor> models) {
    Map<String, String> reachedFrom = new LinkedHashMap<>();
    List<String> open = new ArrayList<>(List.of(id));
    while (!open.isEmpty()) {
      String at = open.remove(0);
      ModelDescriptor model = models.get(at);
      for (Fallback fallback : model == null ? List.<Fallback>of() : model.traits().fallbacks()) {
        if (fallback.relation() == Fallback.Relation.COMPONENT) {
          continue;
        }
        if (fallback.model().equals(id)) {
          return way(id, at, reachedFrom);
        }
        if (!reachedFrom.containsKey(fallback.model())) {
          reachedFrom.put(fallback.model(), at);
          open.add(fallback.model());
        }
      }
    }
    return List.of();
  }

  private static List<String> way(String id, String last, Map<String, String> reachedFrom) {
    List<String> way = new ArrayList<>(List.of(id));
    for (String at = last; !at.equals(id); at = reachedFrom.get(at)) {
      way.add(0, at);
    }
    way.add(0, id);
    return way;
  }
}
