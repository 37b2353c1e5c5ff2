package io.mainstay.actors.model;

import akka.actor.typed.ActorSystem;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand.EnsureLoaded;
import io.mainstay.actors.model.cache.ModelCache;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.load.Residences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the modes of a node leave of its models: which are loaded, how many at a time, and which of
 * those that nobody uses must go. The classifiers of the safety gate always may: safety comes
 * first. Confined to the supervisor.
 */
public final class ModeGate {
  /** Code of a refusal for the model's size; a smaller one may stand in. */
  public static final String TOO_LARGE = "model_too_large_for_mode";

  /** Code of a refusal because a mode is about that very model; another one may stand in. */
  public static final String ISOLATED = "model_isolated";

  private static final double MIB = 1 << 20;

  private record Parked(EnsureLoaded ensure, int tries) {}

  private final ActorSystem<?> system;
  private final ModelSettings settings;
  private final ModelShelf shelf;
  private final LoadDesk loads;
  private final Predicate<String> leaving;
  private final Consumer<String> unload;
  private final int triesMax;
  private List<Parked> parked = new ArrayList<>();

  /**
   * @param leaving whether a model is being unloaded
   * @param unload takes a model off all devices
   */
  ModeGate(
      ActorSystem<?> system,
      ModelSettings settings,
      ModelShelf shelf,
      LoadDesk loads,
      Predicate<String> leaving,
      Consumer<String> unload) {
    this.system = system;
    this.settings = settings;
    this.shelf = shelf;
    this.loads = loads;
    this.leaving = leaving;
    this.unload = unload;
    this.triesMax = ModelBounds.of(system.settings().config()).modeTriesMax();
  }

  /** True if the load may go on; else it is answered, or waits for room that is being made. */
  boolean admits(EnsureLoaded ensure) {
    return admits(new Parked(ensure, 0));
  }

  private boolean admits(Parked ask) {
    EnsureLoaded ensure = ask.ensure();
    Restrictions modes = InForce.on(system);
    if (modes.none()) {
      return true;
    }
    ModelDescriptor model;
    try {
      model = shelf.descriptor(ensure.modelId());
    } catch (Refusal unknown) {
      return true; // It is refused for that where it would be loaded.
    }
    Optional<Refusal> refusal =
        notLoaded(modes, model.id(), settings)
            .or(() -> unfit(modes, model, isExternal(model), settings))
            .or(() -> notLoaded(modes, model.id(), ensure.deviceId(), settings));
    if (refusal.isPresent()) {
      ensure.replyTo().tell(StatusReply.error(refusal.get()));
      return false;
    }
    boolean there = loads.residences().devices(model.id()).contains(ensure.deviceId());
    return there || room(ask, model, modes);
  }

  /** Why work with a model is not begun while the modes hold; empty if it may be. */
  Optional<Refusal> refusal(ModelDescriptor model) {
    Restrictions modes = InForce.on(system);
    return notUsed(modes, model.id(), settings)
        .or(() -> unfit(modes, model, isExternal(model), settings));
  }

  /** Work that needs a model which a mode is about. */
  static Optional<Refusal> notUsed(Restrictions modes, String modelId, ModelSettings settings) {
    return isolated(modes, Operation.MODEL_DEPENDENT_INFERENCE, modelId, "is not used", settings);
  }

  /** A load of a model which a mode is about. */
  static Optional<Refusal> notLoaded(Restrictions modes, String modelId, ModelSettings settings) {
    return isolated(modes, Operation.AFFECTED_MODEL_LOADING, modelId, "is not loaded", settings);
  }

  private static Optional<Refusal> isolated(
      Restrictions modes, Operation off, String modelId, String what, ModelSettings settings) {
    return modes.isOff(off, modelId)
        ? Optional.of(
            Refusal.later(
                ISOLATED,
                "%s is off while %s holds: model %s %s"
                    .formatted(off.code(), modes.modesText(), modelId, what),
                "Use another model, or again later; 'mainstay mode' says why and until when",
                settings.modeRetryAfter().toMillis()))
        : Optional.empty();
  }

  /** What the modes leave neither to be loaded nor to be used, whichever model it is. */
  static Optional<Refusal> unfit(
      Restrictions modes, ModelDescriptor model, boolean external, ModelSettings settings) {
    if (model.bytes() > modes.models().bytesMax()) {
      return Optional.of(
          Refusal.later(
              TOO_LARGE,
              String.format(
                  Locale.ROOT,
                  "the files of model %s have %.1f MiB; %.1f MiB are allowed while %s holds",
                  model.id(),
                  model.bytes() / MIB,
                  modes.models().bytesMax() / MIB,
                  modes.modesText()),
              "Use a smaller model, or ask again after "
                  + settings.modeRetryAfter().toMillis()
                  + " ms; 'mainstay mode' says until when",
              settings.modeRetryAfter().toMillis()));
    }
    Optional<Substitution> borrowed = Substitution.of(model.id());
    if (borrowed.isPresent() && modes.isOff(Operation.ADVANCED_MODEL_FEATURES)) {
      return Optional.of(
          off(
              modes,
              Operation.ADVANCED_MODEL_FEATURES,
              "model " + model.id() + " has a component of " + borrowed.get().donor(),
              "Use a whole model",
              settings));
    }
    if (external && model.safety() == null && modes.isOff(Operation.EXTERNAL_MODEL_LOADING)) {
      return Optional.of(
          off(
              modes,
              Operation.EXTERNAL_MODEL_LOADING,
              "model " + model.id() + " comes from " + model.origin(),
              "Use a model of the product",
              settings));
    }
    return Optional.empty();
  }

  private static Refusal off(
      Restrictions modes, Operation operation, String why, String instead, ModelSettings settings) {
    long retryAfter = settings.modeRetryAfter().toMillis();
    return Refusal.later(
        "operation_disabled",
        operation.code() + " is off while " + modes.modesText() + " holds: " + why,
        instead + ", or ask again after " + retryAfter + " ms",
        retryAfter);
  }

  /** A load onto a device that gets none. */
  static Optional<Refusal> notLoaded(
      Restrictions modes, String modelId, String deviceId, ModelSettings settings) {
    long retryAfter = settings.modeRetryAfter().toMillis();
    return DeviceUse.LOADING
        .off(modes, deviceId)
        .map(
            off ->
                Refusal.later(
                    "device_isolated",
                    "%s is off while %s holds: model %s was to be loaded onto device %s"
                        .formatted(off.code(), modes.modesText(), modelId, deviceId),
                    "Use another device, or ask again after " + retryAfter + " ms",
                    retryAfter));
  }

  private boolean isExternal(ModelDescriptor model) {
    return !shelf.isBundled(model.id()) && !settings.isProduct(model.origin());
  }

  private boolean room(Parked ask, ModelDescriptor model, Restrictions modes) {
    if (model.safety() != null) {
      return true;
    }
    Residences residences = loads.residences();
    Set<String> coming = new TreeSet<>(residences.comingModels());
    coming.remove(model.id());
    if (coming.size() >= modes.models().loadsMax()) {
      park(ask, "other loads run");
      return false;
    }
    Set<String> others = counted();
    others.remove(model.id());
    if (others.size() < modes.models().residentMax()) {
      return true;
    }
    boolean roomComes = false;
    for (String other : others) {
      if (leaving.test(other)) {
        roomComes = true;
      } else if (!shelf.use().isHeld(other) && !residences.isComing(other)) {
        unload.accept(other);
        roomComes = true;
      }
    }
    if (roomComes) {
      park(ask, "others are unloaded first");
    } else {
      busy(ask.ensure(), others, modes);
    }
    return false;
  }

  private void busy(EnsureLoaded ensure, Set<String> others, Restrictions modes) {
    ensure
        .replyTo()
        .tell(
            StatusReply.error(
                Refusal.busy(
                    "%d models may be on devices while %s holds, and %s is in use"
                        .formatted(
                            modes.models().residentMax(),
                            modes.modesText(),
                            String.join(", ", others)),
                    settings.modeRetryAfter().toMillis())));
  }

  private void park(Parked ask, String why) {
    if (parked.size() >= settings.waitersMax() || ask.tries() >= triesMax) {
      ask.ensure()
          .replyTo()
          .tell(
              StatusReply.error(
                  Refusal.busy(
                      "model "
                          + ask.ensure().modelId()
                          + " waits for room while a mode holds: "
                          + why,
                      settings.modeRetryAfter().toMillis())));
    } else {
      parked.add(new Parked(ask.ensure(), ask.tries() + 1));
    }
  }

  /** Models on devices, or on their way there, that count: all but the safety gate's. */
  private Set<String> counted() {
    Set<String> all = new TreeSet<>(loads.residences().loadedModels());
    all.addAll(loads.residences().comingModels());
    all.removeIf(this::isSafety);
    return all;
  }

  private boolean isSafety(String modelId) {
    try {
      return shelf.descriptor(modelId).safety() != null;
    } catch (Refusal unknown) {
      return false;
    }
  }

  /**
   * Something ended.
   *
   * @param load begins a load; the next one is judged after that
   */
  void again(Consumer<EnsureLoaded> load) {
    List<Parked> waiting = parked;
    parked = new ArrayList<>();
    for (Parked ask : waiting) {
      if (admits(ask)) {
        load.accept(ask.ensure());
      }
    }
  }

  /** Nobody knows after this who waits: all are refused. */
  void leave(Refusal gone) {
    parked.forEach(ask -> ask.ensure().replyTo().tell(StatusReply.error(gone)));
    parked.clear();
  }

  /** The modes changed: the cache is as large as they leave it, and what may not stay goes. */
  void changed() {
    Restrictions modes = InForce.on(system);
    shelf.cache().resize(modes.memory().cache(settings.ramCacheBytes()));
    letGoOfLargeFiles(modes);
    Set<String> counted = counted();
    Set<String> gone = new HashSet<>();
    for (String id : counted) {
      boolean over = counted.size() - gone.size() > modes.models().residentMax();
      boolean idle =
          !shelf.use().isHeld(id) && !loads.residences().isComing(id) && !leaving.test(id);
      if (idle && (over || unfit(id))) {
        unload.accept(id);
        gone.add(id);
      }
    }
  }

  /** Read ahead before the modes said that large models are not. */
  private void letGoOfLargeFiles(Restrictions modes) {
    for (String id : shelf.cache().order()) {
      try {
        if (ModelCache.tooLarge(modes, shelf.descriptor(id).bytes())) {
          shelf.cache().release(id);
        }
      } catch (Refusal unknown) {
        shelf.cache().release(id);
      }
    }
  }

  private boolean unfit(String modelId) {
    Restrictions modes = InForce.on(system);
    try {
      ModelDescriptor model = shelf.descriptor(modelId);
      return notLoaded(modes, modelId, settings)
          .or(() -> unfit(modes, model, isExternal(model), settings))
          .isPresent();
    } catch (Refusal unknown) {
      return false;
    }
  }
}
