package io.mainstay.actors.model.load;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which model is on which device, and what to do when it is asked for there. Pure and immutable.
 * Follows what the device domain says of its workers; a load under way is left to its saga.
 *
 * @param places by model and device; absent means not loaded and nothing known against it
 * @param down devices whose worker is dead, with why they are given up, or without a value while a
 *     successor is on its way
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "coordination",
    fields = "dependencies")
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "models",
    fields = "loading")
public record Residences(Map<Key, Place> places, Map<String, Standing> down) {
  public Residences {
    places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    down = Collections.unmodifiableMap(new LinkedHashMap<>(down));
  }

  /** A model on a device. */
  public record Key(String modelId, String deviceId) {}

  /** Where a model is in its life on a device. */
  sealed interface Place {}

  /** A saga brings it there. */
  record Loading() implements Place {}

  /** The device holds it, and its worker serves. */
  record Loaded() implements Place {}

  /** The device holds it and its worker died: the successor will have it. */
  record Lost() implements Place {}

  /** The last load failed; until then the same refusal is given. */
  record Failed(Refusal refusal, Instant until) implements Place {}

  /** Why a device does not serve. */
  sealed interface Standing {}

  /** A successor is on its way. */
  record Recovering() implements Standing {}

  /** None is. */
  record GivenUp(Refusal refusal) implements Standing {}

  /** What to do with who asks for a model. */
  public sealed interface Answer {}

  /** It is there. */
  public record Ready() implements Answer {}

  /** Wait: it is on its way. */
  public record Join() implements Answer {}

  /** Not now, with code, cause and remedy. */
  public record Refuse(Refusal refusal) implements Answer {}

  /** Start a load. */
  public record Start() implements Answer {}

  /** The next state, and what the device held and holds no more. */
  public record Followed(Residences next, List<Key> vanished) {
    public Followed {
      vanished = List.copyOf(vanished);
    }
  }

  /** Nothing is anywhere. */
  public static Residences empty() {
    return new Residences(Map.of(), Map.of());
  }

  /** Somebody asks for that model on that device. */
  public Answer ensure(Key key, Instant now) {
    Place place = places.get(key);
    if (place instanceof Loaded) {
      return new Ready();
    }
    if (place instanceof Loading) {
      return new Join();
    }
    if (down.get(key.deviceId()) instanceof GivenUp givenUp) {
      return new Refuse(givenUp.refusal());
    }
    if (place instanceof Lost) {
      return new Join();
    }
    if (place instanceof Failed failed && now.isBefore(failed.until())) {
      return new Refuse(failed.refusal());
    }
    return new Start();
  }

  /** A saga takes it there. */
  public Residences loading(Key key) {
    return with(key, new Loading());
  }

  /** The saga completed. */
  public Residences loaded(Key key) {
    return with(key, down.containsKey(key.deviceId()) ? new Lost() : new Loaded());
  }

  /** The saga did not complete, and what it did is taken back. */
  public Residences failed(Key key, Refusal refusal, Instant until) {
    return with(key, new Failed(refusal, until));
  }

  /** It was unloaded. */
  public Residences unloaded(Key key) {
    return without(key);
  }

  /** Whether a saga is taking it there. */
  public boolean isLoading(Key key) {
    return places.get(key) instanceof Loading;
  }

  /** A worker serves the device with those models. What failed before may succeed now. */
  public Followed workerUp(String deviceId, Set<String> models) {
    Map<String, Standing> stillDown = new LinkedHashMap<>(down);
    stillDown.remove(deviceId);
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.entrySet()
        .removeIf(
            place -> place.getKey().deviceId().equals(deviceId) && isTemporary(place.getValue()));
    return new Residences(next, stillDown).holds(deviceId, models);
  }

  /** The serving worker has exactly those models. */
  public Followed holds(String deviceId, Set<String> models) {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    List<Key> vanished = new ArrayList<>();
    for (Map.Entry<Key, Place> entry : places.entrySet()) {
      Key key = entry.getKey();
      boolean held = entry.getValue() instanceof Loaded || entry.getValue() instanceof Lost;
      if (key.deviceId().equals(deviceId) && held && !models.contains(key.modelId())) {
        next.remove(key);
        vanished.add(key);
      }
    }
    for (String model : new TreeSet<>(models)) {
      Key key = new Key(model, deviceId);
      if (!(next.get(key) instanceof Loading)) {
        next.put(key, new Loaded());
      }
    }
    return new Followed(new Residences(next, down), vanished);
  }

  /** The worker died; a successor is to come. */
  public Residences workerDown(String deviceId) {
    return standing(deviceId, new Recovering());
  }

  /** No successor comes for now. */
  public Residences deviceFailed(String deviceId, Refusal refusal) {
    return standing(deviceId, new GivenUp(refusal));
  }

  /** Failures are forgotten: the next who asks tries again. */
  public Residences retryAll() {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.values().removeIf(place -> place instanceof Failed);
    return new Residences(next, down);
  }

  /** Failures of one model are forgotten, on every device. */
  public Residences retryModel(String modelId) {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.entrySet()
        .removeIf(
            place ->
                place.getKey().modelId().equals(modelId) && place.getValue() instanceof Failed);
    return new Residences(next, down);
  }

  /** Failures on a device are forgotten, such as after memory was freed there. */
  public Residences retry(String deviceId) {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.entrySet()
        .removeIf(
            place -> place.getKey().deviceId().equals(deviceId) && isTemporary(place.getValue()));
    return new Residences(next, down);
  }

  /** Devices that hold the model with a serving worker, in the order of their ids. */
  public List<String> devices(String modelId) {
    Map<String, Boolean> holding = new TreeMap<>();
    places.forEach(
        (key, place) -> {
          if (key.modelId().equals(modelId) && place instanceof Loaded) {
            holding.put(key.deviceId(), true);
          }
        });
    return List.copyOf(holding.keySet());
  }

  /** Models that some device holds with a serving worker, in order. */
  public List<String> loadedModels() {
    TreeSet<String> models = new TreeSet<>();
    places.forEach(
        (key, place) -> {
          if (place instanceof Loaded) {
            models.add(key.modelId());
          }
        });
    return List.copyOf(models);
  }

  /** Devices that hold the model or will again, and those that it could not be loaded onto. */
  public List<Spot> spots(String modelId) {
    Map<String, Spot> spots = new TreeMap<>();
    places.forEach(
        (key, place) -> {
          if (key.modelId().equals(modelId)) {
            spots.put(key.deviceId(), spot(key.deviceId(), place));
          }
        });
    return List.copyOf(spots.values());
  }

  /**
   * Where a model is on a device.
   *
   * @param state loading, loaded, recovering (its worker died, a successor will have it) or failed
   * @param problem why the last load failed, or empty
   */
  public record Spot(String deviceId, String state, String problem) {}

  private static Spot spot(String deviceId, Place place) {
    if (place instanceof Failed failed) {
      return new Spot(deviceId, "failed", failed.refusal().getMessage());
    }
    if (place instanceof Loading) {
      return new Spot(deviceId, "loading", "");
    }
    return new Spot(deviceId, place instanceof Loaded ? "loaded" : "recovering", "");
  }

  /** State by model of what is, was or will be on that device. */
  Map<String, String> statesOn(String deviceId) {
    Map<String, String> states = new TreeMap<>();
    places.forEach(
        (key, place) -> {
          if (key.deviceId().equals(deviceId)) {
            states.put(key.modelId(), spot(deviceId, place).state());
          }
        });
    return states;
  }

  /** Models that this device alone has, or had when its worker was lost. */
  List<String> onlyOn(String deviceId) {
    return places.entrySet().stream()
        .filter(entry -> entry.getKey().deviceId().equals(deviceId))
        .filter(entry -> entry.getValue() instanceof Loaded || entry.getValue() instanceof Lost)
        .map(Map.Entry::getKey)
        .filter(key -> !neededBeside(key))
        .map(Key::modelId)
        .toList();
  }

  /**
   * Where all models are, by model and device.
   *
   * @param coming that some saga takes somewhere, whether there is a place for it or not
   */
  List<ModelFacts.Residence> facts(Set<Key> coming) {
    List<ModelFacts.Residence> facts = new ArrayList<>();
    places.forEach(
        (key, place) ->
            facts.add(
                new ModelFacts.Residence(
                    key.modelId(), key.deviceId(), spot(key.deviceId(), place).state())));
    for (Key key : coming) {
      if (!places.containsKey(key)) {
        facts.add(new ModelFacts.Residence(key.modelId(), key.deviceId(), "loading"));
      }
    }
    return facts;
  }

  /** Whether another device than that of the key has the model, or will. */
  public boolean neededBeside(Key key) {
    return places.entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().modelId().equals(key.modelId())
                    && !entry.getKey().deviceId().equals(key.deviceId())
                    && !(entry.getValue() instanceof Failed));
  }

  /**
   * Models that are being loaded somewhere, or were lost and come back, in order. What a given-up
   * device had does not come.
   */
  public List<String> comingModels() {
    TreeSet<String> models = new TreeSet<>();
    places.forEach(
        (key, place) -> {
          boolean comesBack =
              place instanceof Lost && !(down.get(key.deviceId()) instanceof GivenUp);
          if (place instanceof Loading || comesBack) {
            models.add(key.modelId());
          }
        });
    return List.copyOf(models);
  }

  /** Whether it is on its way to some device, by a saga or with a worker's successor. */
  public boolean isComing(String modelId) {
    return places.entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().modelId().equals(modelId)
                    && (entry.getValue() instanceof Loading || entry.getValue() instanceof Lost));
  }

  private static boolean isTemporary(Place place) {
    return place instanceof Failed failed && failed.until().isBefore(Instant.MAX);
  }

  private Residences standing(String deviceId, Standing standing) {
    Map<String, Standing> nextDown = new LinkedHashMap<>(down);
    nextDown.put(deviceId, standing);
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.replaceAll(
        (key, place) ->
            key.deviceId().equals(deviceId) && place instanceof Loaded ? new Lost() : place);
    return new Residences(next, nextDown);
  }

  private Residences with(Key key, Place place) {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.put(key, place);
    return new Residences(next, down);
  }

  private Residences without(Key key) {
    Map<Key, Place> next = new LinkedHashMap<>(places);
    next.remove(key);
    return new Residences(next, down);
  }
}
