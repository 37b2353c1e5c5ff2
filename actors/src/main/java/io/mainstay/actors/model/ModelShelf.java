package io.mainstay.actors.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.model.cache.ModelCache;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Dependents;
import io.mainstay.actors.model.fallback.FallbackChain;
import io.mainstay.actors.model.fallback.FallbackGraph;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.actors.model.use.ModelUse;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The models that there are, versions that wait, who uses them, and whose files are in memory.
 * Confined to the {@code ModelSupervisor}; its parts are immutable.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "registry",
    fields = "availability")
final class ModelShelf implements LoadDesk.Catalog {
  private static final String CLASS_PATH = "classpath:";

  private ModelRegistry registry = ModelRegistry.of(List.of());
  private Versions versions = Versions.none();
  private ModelUse use = ModelUse.none();
  private Map<String, List<ModelProblem>> fallbackProblems = Map.of();
  // Components that a worker refused, by model; what a scan found is in the registry.
  private final Map<String, String> suspects = new HashMap<>();
  private final ModelCache cache;
  private BiConsumer<String, ModelProblem> blamed = (model, problem) -> {};

  ModelShelf(ModelCache cache) {
    this.cache = cache;
  }

  ModelCache cache() {
    return cache;
  }

  ModelRegistry registry() {
    return registry;
  }

  Versions versions() {
    return versions;
  }

  ModelUse use() {
    return use;
  }

  Set<String> ids() {
    return registry.models().keySet();
  }

  /**
   * What the model domain believes, with what the others say.
   *
   * @param leases sagas by device that may load onto it
   */
  ModelFacts facts(List<ModelFacts.Residence> residences, Map<String, String> leases) {
    List<ModelFacts.RegisteredFile> files =
        registry.sound().values().stream()
            .flatMap(
                model ->
                    model.components().stream()
                        .map(
                            part ->
                                new ModelFacts.RegisteredFile(
                                    model.id(),
                                    part.path().toString(),
                                    part.bytes(),
                                    part.sha256())))
            .toList();
    Map<String, Set<String>> held = new HashMap<>();
    use.held().forEach((holder, models) -> held.put(holder, Set.copyOf(models.keySet())));
    return new ModelFacts(residences, files, held, leases);
  }

  /**
   * The model of that id. One with a component of another is a model like any other from the first
   * time that it is asked for.
   *
   * @throws Refusal if there is none, or it is broken
   */
  @Override
  public ModelDescriptor descriptor(String modelId) {
    compose(modelId);
    return registry.descriptor(modelId);
  }

  /**
   * As {@link #descriptor}, sound or broken.
   *
   * @throws Refusal if there is none
   */
  ScannedModel scanned(String modelId) {
    compose(modelId);
    return registry.scanned(modelId);
  }

  private void compose(String modelId) {
    if (registry.models().containsKey(modelId)) {
      return;
    }
    Substitution.of(modelId)
        .flatMap(
            asked ->
                described(asked.base())
                    .flatMap(base -> FallbackChain.substituted(base, asked, registry.sound())))
        .ifPresent(model -> registry = registry.with(new ScannedModel.Sound(model)));
  }

  private Optional<ModelDescriptor> described(String modelId) {
    if (registry.models().get(modelId) instanceof ScannedModel.Broken broken) {
      return broken.remains().map(ScannedModel.Remains::model);
    }
    return Optional.ofNullable(registry.sound().get(modelId));
  }

  @Override
  public void suspect(String modelId, String component) {
    suspects.put(modelId, component);
  }

  /** Who is told of what a load finds wrong with a model's files. */
  void whenBlamed(BiConsumer<String, ModelProblem> told) {
    this.blamed = told;
  }

  @Override
  public void blame(String modelId, ModelProblem problem) {
    blamed.accept(modelId, problem);
    if (registry.models().get(modelId) instanceof ScannedModel.Sound sound) {
      registry = registry.broken(sound.descriptor(), problem);
    }
  }

  @Override
  public List<String> dependents(String modelId) {
    return use.holders(modelId);
  }

  @Override
  public void cache(String modelId) {
    loaded(modelId);
  }

  @Override
  public long uncache(String modelId) {
    return cache.release(modelId);
  }

  @Override
  public long cachedBytes(String modelId) {
    return cache.bytes(modelId);
  }

  @Override
  public void loaded(String modelId) {
    suspects.remove(modelId);
    if (registry.models().get(modelId) instanceof ScannedModel.Sound sound) {
      cache.keep(sound.descriptor());
    }
  }

  /** A scan's finding replaces the earlier one, but for what workers still have. */
  void scanned(List<ScannedModel> models, Predicate<String> resident) {
    ModelRegistry found = ModelRegistry.of(models).keeping(registry, resident);
    Versions.Decided decided = Versions.after(registry, found, resident);
    registry = decided.registry();
    versions = decided.versions();
    suspects.clear();
    fallbackProblems = FallbackGraph.problems(registry.sound(), registry.models().keySet());
  }

  /**
   * One model was looked at again.
   *
   * @return true if it was broken and is sound now
   */
  boolean lookedAt(ScannedModel now) {
    ScannedModel before = registry.models().get(now.id());
    if (before instanceof ScannedModel.Broken && now instanceof ScannedModel.Sound) {
      registry = registry.with(now);
      suspects.remove(now.id());
      return true;
    }
    if (now instanceof ScannedModel.Broken broken) {
      blame(now.id(), broken.problem());
    }
    return false;
  }

  /**
   * Lets go of what is read ahead for nobody, and orders the rest by use.
   *
   * @param resident whether a device holds a model
   */
  CacheCommand.Arranged arrange(Predicate<String> resident) {
    long released = 0;
    for (String id : cache.order()) {
      boolean sound = registry.models().get(id) instanceof ScannedModel.Sound;
      if (!sound || !resident.test(id) && !use.isHeld(id)) {
        released += cache.release(id);
      }
    }
    cache.order().stream()
        .sorted(Comparator.comparing(id -> use.lastUsed(id).orElse(Instant.EPOCH)))
        .forEach(cache::used);
    return new CacheCommand.Arranged(cache.order(), released);
  }

  /** The version that waits takes its place; empty if none waits. */
  Optional<ModelDescriptor> promote(String modelId) {
    Optional<ScannedModel.Sound> next = versions.of(modelId);
    next.ifPresent(model -> registry = registry.with(model));
    versions = versions.without(modelId);
    return next.map(ScannedModel.Sound::descriptor);
  }

  /** What is wrong with models, and with their fallbacks. */
  List<ModelProblem> problems() {
    return Stream.concat(
            registry.problems().stream(), fallbackProblems.values().stream().flatMap(List::stream))
        .toList();
  }

  List<String> warnings(String modelId) {
    return fallbackProblems.getOrDefault(modelId, List.of()).stream()
        .map(ModelProblem::text)
        .toList();
  }

  /**
   * What may stand in for it; nothing is known of one whose manifest could not be read. Where one
   * with a component of another fails too, the chain of the model itself goes on.
   */
  Alternatives alternatives(String modelId) {
    String asked = Substitution.of(modelId).map(Substitution::base).orElse(modelId);
    Map<String, ModelDescriptor> whole = new LinkedHashMap<>(registry.sound());
    whole.keySet().removeIf(id -> Substitution.of(id).isPresent());
    if (registry.scanned(asked) instanceof ScannedModel.Sound sound) {
      Set<String> faulty =
          suspects.containsKey(asked) ? Set.of(suspects.get(asked)) : Set.<String>of();
      return FallbackChain.of(sound.descriptor(), faulty, whole, this::health);
    }
    return ((ScannedModel.Broken) registry.scanned(asked))
        .remains()
        .map(rest -> FallbackChain.of(rest.model(), rest.faulty(), whole, this::health))
        .orElseGet(() -> new Alternatives(asked, List.of(), List.of()));
  }

  /** Who counts on that model. */
  List<String> dependents(String modelId, Map<String, List<String>> templates) {
    List<ModelDescriptor> known =
        registry.models().keySet().stream().flatMap(id -> described(id).stream()).toList();
    return Dependents.of(modelId, known, templates);
  }

  private String health(String modelId) {
    ScannedModel model = registry.models().get(modelId);
    if (model instanceof ScannedModel.Broken broken) {
      return broken.problem().cause();
    }
    return model == null ? "there is no model of that id" : "";
  }

  /** True if the holder holds something for the first time. */
  boolean hold(String holder, String modelId, String name, Instant now) {
    boolean first = !use.held().containsKey(holder);
    use = use.hold(holder, modelId, name, now);
    cache.used(modelId);
    return first;
  }

  void letGo(String holder, Instant now) {
    use = use.letGo(holder, now);
  }

  /** Names that are no model's leave no trace. */
  void used(String modelId, Instant now) {
    if (registry.models().containsKey(modelId)) {
      use = use.used(modelId, now);
      cache.used(modelId);
    }
  }

  void seen(ModelUse looked) {
    use = looked;
  }

  /** Models of the class path stay where they are. */
  boolean isBundled(String modelId) {
    return registry.models().containsKey(modelId)
        && registry.models().get(modelId).origin().startsWith(CLASS_PATH);
  }
}
