package io.mainstay.actors.model.registry;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The models that a scan found, by id. Pure and immutable. Of two with the same id the first one
 * found counts (directories come before bundles); the other is listed as broken.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "registry",
    fields = "discovery")
public record ModelRegistry(Map<String, ScannedModel> models, List<ScannedModel.Broken> shadowed) {
  public ModelRegistry {
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    shadowed = List.copyOf(shadowed);
  }

  /** What such a scan found. */
  public static ModelRegistry of(List<ScannedModel> scanned) {
    Map<String, ScannedModel> models = new LinkedHashMap<>();
    List<ScannedModel.Broken> shadowed = new ArrayList<>();
    for (ScannedModel model : scanned) {
      ScannedModel first = models.putIfAbsent(model.id(), model);
      if (first != null) {
        shadowed.add(
            new ScannedModel.Broken(
                model.id(),
                "",
                "",
                "",
                model.origin(),
                new ModelProblem(
                    ModelFaultCode.MODEL_ID_TAKEN,
                    "the id " + model.id() + " is already taken by " + first.origin(),
                    "Give it another id in its manifest, or remove one of the two")));
      }
    }
    return new ModelRegistry(models, shadowed);
  }

  /**
   * The model of that id.
   *
   * @throws Refusal if there is none (it names those that there are), or if it is broken
   */
  public ModelDescriptor descriptor(String id) {
    ScannedModel model = scanned(id);
    if (model instanceof ScannedModel.Broken broken) {
      throw broken.problem().refusal();
    }
    return ((ScannedModel.Sound) model).descriptor();
  }

  /**
   * The model of that id, sound or broken.
   *
   * @throws Refusal if there is none; it names those that there are
   */
  public ScannedModel scanned(String id) {
    ScannedModel model = models.get(id);
    if (model != null) {
      return model;
    }
    String known = models.isEmpty() ? "none" : String.join(", ", models.keySet());
    throw Refusal.of(
        ModelFaultCode.MODEL_UNKNOWN.code(),
        "there is no model '" + id + "'; known: " + known,
        "Name one of those, or put the model below one of mainstay.model.directories and rescan");
  }

  /** The same, with what a later look at one model found. */
  public ModelRegistry with(ScannedModel model) {
    Map<String, ScannedModel> next = new LinkedHashMap<>(models);
    next.put(model.id(), model);
    return new ModelRegistry(next, shadowed);
  }

  /** The same, with those of an earlier registry that are still in use and were not found again. */
  public ModelRegistry keeping(ModelRegistry earlier, Predicate<String> inUse) {
    ModelRegistry kept = this;
    for (ScannedModel model : earlier.models().values()) {
      if (!models.containsKey(model.id()) && inUse.test(model.id())) {
        kept = kept.with(model);
      }
    }
    return kept;
  }

  /** What is wrong with the models that are broken. */
  public List<ModelProblem> problems() {
    return Stream.concat(models.values().stream(), shadowed.stream())
        .filter(ScannedModel.Broken.class::isInstance)
        .map(model -> ((ScannedModel.Broken) model).problem())
        .toList();
  }

  /** What a load found wrong with the files makes the model broken. */
  public ModelRegistry broken(ModelDescriptor model, ModelProblem problem) {
    return with(
        new ScannedModel.Broken(
            model.id(),
            model.version(),
            model.kind(),
            model.licence(),
            model.origin(),
            problem,
            Optional.of(new ScannedModel.Remains(model, Set.of(problem.component())))));
  }

  /** All models for users. {@code residence} says where a model is held. */
  public List<ModelView> views(Function<String, Residence> residence) {
    List<ModelView> views = new ArrayList<>();
    models.values().forEach(model -> views.add(view(model, residence.apply(model.id()))));
    shadowed.forEach(model -> views.add(view(model, Residence.NOWHERE)));
    return views;
  }

  /** The sound ones, by id. */
  public Map<String, ModelDescriptor> sound() {
    Map<String, ModelDescriptor> sound = new LinkedHashMap<>();
    for (ScannedModel model : models.values()) {
      if (model instanceof ScannedModel.Sound found) {
        sound.put(found.id(), found.descriptor());
      }
    }
    return sound;
  }

  /**
   * What the registry does not know of a model.
   *
   * @param loading whether a load is under way somewhere
   * @param devices that hold it, in the order of their ids
   * @param progress how far its loads are
   * @param references who uses it
   * @param readAheadBytes of its files read ahead into the page cache
   * @param warnings about its manifest
   */
  public record Residence(
      boolean loading,
      List<String> devices,
      List<String> progress,
      int references,
      long readAheadBytes,
      List<String> warnings) {
    public static final Residence NOWHERE =
        new Residence(false, List.of(), List.of(), 0, 0, List.of());

    public Residence {
      devices = List.copyOf(devices);
    }

    String state() {
      if (!devices.isEmpty()) {
        return "loaded";
      }
      return loading ? "loading" : "available";
    }
  }

  /** One model for users. */
  public static ModelView view(ScannedModel scanned, Residence residence) {
    if (scanned instanceof ScannedModel.Sound sound) {
      ModelDescriptor model = sound.descriptor();
      return new ModelView(
          model.id(),
          model.version(),
          model.kind(),
          residence.state(),
          residence.devices(),
          model.bytes(),
          model.memoryBytes(),
          model.batchInvariant(),
          model.sha256(),
          model.licence(),
          model.origin(),
          "",
          residence.progress(),
          residence.references(),
          residence.readAheadBytes(),
          residence.warnings());
    }
    ScannedModel.Broken broken = (ScannedModel.Broken) scanned;
    return new ModelView(
        broken.id(),
        broken.version(),
        broken.kind(),
        "broken",
        residence.devices(),
        0,
        0,
        false,
        "",
        broken.licence(),
        broken.origin(),
        broken.problem().text(),
        residence.progress(),
        residence.references(),
        residence.readAheadBytes(),
        residence.warnings());
  }
}
