package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which models a slot's worker is to have, which it has, and what to do next to make them the same.
 * Immutable, pure.
 *
 * @param wanted in loading order
 * @param loaded in this incarnation
 * @param reloadMillis load times of models that were loaded before, by any incarnation
 * @param deathsLoading workers that died loading a model that was never loaded before
 */
record ModelPlan(
    List<LoadCall> wanted,
    Map<String, LoadedModel> loaded,
    Map<String, Long> reloadMillis,
    Map<String, Integer> deathsLoading) {
  /** What a model whose load time is unknown counts for. */
  private static final long UNKNOWN_MILLIS = 3_600_000;

  ModelPlan {
    wanted = List.copyOf(wanted);
    loaded = Map.copyOf(loaded);
    reloadMillis = Map.copyOf(reloadMillis);
    deathsLoading = Map.copyOf(deathsLoading);
  }

  static ModelPlan empty() {
    return new ModelPlan(List.of(), Map.of(), Map.of(), Map.of());
  }

  /** From now on exactly these. */
  ModelPlan want(List<LoadCall> calls) {
    return new ModelPlan(calls, loaded, reloadMillis, deathsLoading);
  }

  /** No longer this one. */
  ModelPlan without(String modelId) {
    List<LoadCall> rest = new ArrayList<>(wanted);
    rest.removeIf(call -> call.modelId().equals(modelId));
    Map<String, Integer> deaths = new HashMap<>(deathsLoading);
    deaths.remove(modelId);
    return new ModelPlan(rest, loaded, reloadMillis, deaths);
  }

  /** It is there. */
  ModelPlan loaded(String modelId, LoadedModel model) {
    Map<String, LoadedModel> now = new LinkedHashMap<>(loaded);
    now.put(modelId, model);
    Map<String, Long> millis = new HashMap<>(reloadMillis);
    millis.put(modelId, model.load().toMillis());
    Map<String, Integer> deaths = new HashMap<>(deathsLoading);
    deaths.remove(modelId);
    return new ModelPlan(wanted, now, millis, deaths);
  }

  /** It was freed. */
  ModelPlan unloaded(String modelId) {
    Map<String, LoadedModel> now = new HashMap<>(loaded);
    now.remove(modelId);
    return new ModelPlan(wanted, now, reloadMillis, deathsLoading);
  }

  /** The worker says that it has these, and no others. */
  ModelPlan has(Map<String, LoadedModel> models) {
    return new ModelPlan(wanted, models, reloadMillis, deathsLoading);
  }

  /**
   * The worker is gone and everything in it.
   *
   * @param loading the model it was loading, or empty
   */
  ModelPlan workerGone(Optional<String> loading) {
    Map<String, Integer> deaths = new HashMap<>(deathsLoading);
    loading
        .filter(id -> !reloadMillis.containsKey(id))
        .ifPresent(id -> deaths.merge(id, 1, Integer::sum));
    return new ModelPlan(wanted, Map.of(), reloadMillis, deaths);
  }

  /** Workers that died loading it before it ever was loaded. */
  int deathsLoading(String modelId) {
    return deathsLoading.getOrDefault(modelId, 0);
  }

  /** The first that is wanted and missing. */
  Optional<LoadCall> nextLoad() {
    return wanted.stream().filter(call -> !loaded.containsKey(call.modelId())).findFirst();
  }

  /** One that is there and not wanted. */
  Optional<String> nextUnload() {
    Set<String> ids = wantedIds();
    return loaded.keySet().stream().filter(id -> !ids.contains(id)).sorted().findFirst();
  }

  /** Whether it has exactly what is wanted. */
  boolean isFulfilled() {
    return nextLoad().isEmpty() && nextUnload().isEmpty();
  }

  /** The ids of those it has. */
  Set<String> has() {
    return loaded.keySet();
  }

  /** What loading everything again would take. */
  long reloadEstimateMillis() {
    return wanted.stream()
        .mapToLong(call -> reloadMillis.getOrDefault(call.modelId(), UNKNOWN_MILLIS))
        .sum();
  }

  private Set<String> wantedIds() {
    Set<String> ids = new HashSet<>();
    wanted.forEach(call -> ids.add(call.modelId()));
    return ids;
  }
}
