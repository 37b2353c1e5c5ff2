package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The models that a device is to hold, those being loaded for the first time, and who waits to hear
 * of them. Owned by the device's actor.
 */
final class HeldModels {
  /** A model that was loaded; null in place of {@code model} until this device has loaded it. */
  private record Held(LoadCall call, LoadedModel model) {}

  private record Waiting(
      LoadCall call,
      List<ActorRef<StatusReply<LoadedModel>>> replies,
      Set<ActorRef<LoadProgress>> progress) {}

  private final Map<String, Held> held = new LinkedHashMap<>();
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, List<ActorRef<StatusReply<Long>>>> dropping = new LinkedHashMap<>();

  /** Held by an earlier life of the device's actor. */
  void adopt(List<LoadCall> calls) {
    calls.forEach(call -> held.put(call.modelId(), new Held(call, null)));
  }

  /**
   * Somebody wants it held.
   *
   * @param serving models of the serving worker
   */
  void hold(
      LoadCall call,
      Set<String> serving,
      ActorRef<LoadProgress> progressTo,
      ActorRef<StatusReply<LoadedModel>> replyTo) {
    String id = call.modelId();
    Held known = held.get(id);
    LoadCall other = known != null ? known.call() : waitingCall(id);
    if (other != null && !sameFiles(other, call)) {
      replyTo.tell(
          StatusReply.error(
              Refusal.of(
                  "model_held",
                  "Model " + id + " is already held with other files",
                  "Unload it first, then load the new files")));
      return;
    }
    if (known != null && known.model() != null && serving.contains(id)) {
      replyTo.tell(StatusReply.success(known.model()));
      return;
    }
    Waiting entry =
        waiting.computeIfAbsent(
            id, key -> new Waiting(call, new ArrayList<>(), new LinkedHashSet<>()));
    entry.replies().add(replyTo);
    if (progressTo != null) {
      entry.progress().add(progressTo);
    }
  }

  private LoadCall waitingCall(String id) {
    Waiting entry = waiting.get(id);
    return entry == null ? null : entry.call();
  }

  void progressed(String modelId, LoadProgress progress) {
    Waiting entry = waiting.get(modelId);
    if (entry != null) {
      entry.progress().forEach(to -> to.tell(progress));
    }
  }

  /** A worker of the device has loaded it. Returns whether that changes what is held. */
  boolean loaded(LoadCall call, LoadedModel model) {
    String id = call.modelId();
    if (!held.containsKey(id) && !waiting.containsKey(id)) {
      return false;
    }
    Held before = held.put(id, new Held(call, model));
    return before == null;
  }

  /** The serving worker has these: answers those who waited for them. */
  void serving(Set<String> models) {
    for (String id : models) {
      Held known = held.get(id);
      if (known != null && known.model() != null && waiting.containsKey(id)) {
        waiting.remove(id).replies().forEach(to -> to.tell(StatusReply.success(known.model())));
      }
    }
  }

  /** It cannot be loaded. */
  void refused(String modelId, Refusal refusal) {
    held.remove(modelId);
    Waiting entry = waiting.remove(modelId);
    if (entry != null) {
      entry.replies().forEach(to -> to.tell(StatusReply.error(refusal)));
    }
  }

  /** No worker can be had: those who wait for a first load are told. What is held stays held. */
  void refuseWaiting(Refusal refusal) {
    List<Waiting> all = List.copyOf(waiting.values());
    waiting.clear();
    all.forEach(entry -> entry.replies().forEach(to -> to.tell(StatusReply.error(refusal))));
  }

  /**
   * Nobody wants it any more.
   *
   * @param inServing whether the serving worker has it; then the reply waits for its unload
   */
  void drop(String modelId, boolean inServing, ActorRef<StatusReply<Long>> replyTo) {
    refused(
        modelId,
        Refusal.of(
            "model_dropped", "Model " + modelId + " was unloaded meanwhile", "Load it again"));
    if (inServing) {
      dropping.computeIfAbsent(modelId, id -> new ArrayList<>()).add(replyTo);
    } else {
      replyTo.tell(StatusReply.success(0L));
    }
  }

  /** The serving worker freed it. */
  void unloaded(String modelId, long freedBytes) {
    List<ActorRef<StatusReply<Long>>> replies = dropping.remove(modelId);
    if (replies != null) {
      replies.forEach(to -> to.tell(StatusReply.success(freedBytes)));
    }
  }

  /** The serving worker is gone, and what it was to free with it. */
  void workerGone() {
    List.copyOf(dropping.keySet()).forEach(id -> unloaded(id, 0));
  }

  /** What a worker that takes over must have. */
  Set<String> heldIds() {
    return held.keySet();
  }

  /** What is held, in loading order. */
  List<LoadCall> heldCalls() {
    return held.values().stream().map(Held::call).toList();
  }

  /** What the serving worker is to have: also what is still to be proven. */
  List<LoadCall> wantedCalls() {
    List<LoadCall> all = new ArrayList<>(heldCalls());
    waiting.forEach(
        (id, entry) -> {
          if (!held.containsKey(id)) {
            all.add(entry.call());
          }
        });
    return all;
  }

  private static boolean sameFiles(LoadCall one, LoadCall other) {
    return one.components().stream()
        .map(LoadCall.Component::sha256)
        .toList()
        .equals(other.components().stream().map(LoadCall.Component::sha256).toList());
  }
}
