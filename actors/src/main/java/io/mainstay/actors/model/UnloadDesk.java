package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.load.LoadPort;
import io.mainstay.actors.model.load.LoadRefusals;
import io.mainstay.actors.model.load.Residences;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.load.Unloading;
import io.mainstay.actors.model.report.Unloaded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes models off devices for the {@code ModelSupervisor}, whose thread it is confined to. One
 * unloading for each model and device at a time; who asks for one that runs joins.
 */
final class UnloadDesk {
  /** An unloading is over. */
  record Ended(Unloading.Ended result) implements ModelNotice {}

  /** One request, which may be for several devices. */
  private static final class Batch {
    private final String modelId;
    private final ActorRef<StatusReply<Unloaded>> replyTo;
    private final List<Unloaded.Freed> freed = new ArrayList<>();
    private int open;
    private Refusal refusal;

    private Batch(String modelId, ActorRef<StatusReply<Unloaded>> replyTo, int open) {
      this.modelId = modelId;
      this.replyTo = replyTo;
      this.open = open;
    }

    private void take(Unloading.Ended ended) {
      if (ended.refusal() == null) {
        freed.add(new Unloaded.Freed(ended.key().deviceId(), ended.bytes()));
      } else {
        refusal = ended.refusal();
      }
      open--;
      answerIfDone();
    }

    private void refuse(Refusal why) {
      replyTo.tell(StatusReply.error(why));
    }

    private void answerIfDone() {
      if (open == 0) {
        replyTo.tell(
            refusal == null
                ? StatusReply.success(new Unloaded(modelId, freed))
                : StatusReply.error(refusal));
      }
    }
  }

  private final ActorContext<ModelCommand> context;
  private final ModelSettings settings;
  private final LoadPort port;
  private final LoadDesk loads;
  private final ActorRef<Unloading.Ended> ends;
  private final Map<Key, List<Batch>> running = new HashMap<>();
  private final Map<Key, List<ModelCommand.EnsureLoaded>> deferred = new HashMap<>();

  UnloadDesk(
      ActorContext<ModelCommand> context, ModelSettings settings, LoadPort port, LoadDesk loads) {
    this.context = context;
    this.settings = settings;
    this.port = port;
    this.loads = loads;
    this.ends = context.messageAdapter(Unloading.Ended.class, Ended::new);
  }

  /** Nobody holds the model: off with it. */
  void unload(ModelCommand.Unload unload) {
    List<Key> keys = keys(unload);
    for (Key key : keys) {
      if (loads.residences().isLoading(key)) {
        unload.replyTo().tell(StatusReply.error(LoadRefusals.stillLoading(key)));
        return;
      }
    }
    Batch batch = new Batch(unload.modelId(), unload.replyTo(), keys.size());
    batch.answerIfDone();
    keys.forEach(key -> begin(key, batch));
  }

  /** True if the model is on its way off that device: the load is asked for again after that. */
  boolean defer(ModelCommand.EnsureLoaded ensure) {
    Key key = new Key(ensure.modelId(), ensure.deviceId());
    if (!running.containsKey(key)) {
      return false;
    }
    List<ModelCommand.EnsureLoaded> waiting =
        deferred.computeIfAbsent(key, unused -> new ArrayList<>());
    if (waiting.size() >= settings.waitersMax()) {
      ensure
          .replyTo()
          .tell(
              StatusReply.error(
                  Refusal.busy(
                      waiting.size()
                          + " already wait for the end of an unloading of "
                          + key.modelId()
                          + ", the most that mainstay.model.waiters-max allows",
                      settings.retryAfter().toMillis())));
    } else {
      waiting.add(ensure);
    }
    return true;
  }

  /** Whether the model is being loaded where it is to be unloaded. */
  boolean isLoading(ModelCommand.Unload unload) {
    return keys(unload).stream().anyMatch(loads.residences()::isLoading);
  }

  /** Whether an unloading of the model runs. */
  boolean isUnloading(String modelId) {
    return running.keySet().stream().anyMatch(key -> key.modelId().equals(modelId));
  }

  /** Answers the loads that waited for it, which are to be asked for again. */
  List<ModelCommand.EnsureLoaded> on(Ended notice) {
    Unloading.Ended result = notice.result();
    if (result.refusal() == null) {
      context
          .getLog()
          .info(
              "model unloaded model={} device={} bytes={}",
              result.key().modelId(),
              result.key().deviceId(),
              result.bytes());
      loads.unloaded(result.key());
    }
    running.remove(result.key()).forEach(batch -> batch.take(result));
    List<ModelCommand.EnsureLoaded> waiting = deferred.remove(result.key());
    return waiting == null ? List.of() : waiting;
  }

  /** Nobody knows after this who waits: all are refused. */
  void leave(Refusal gone) {
    // One that is for several devices is in several lists.
    running.values().stream().flatMap(List::stream).distinct().forEach(batch -> batch.refuse(gone));
    running.clear();
    deferred.values().stream()
        .flatMap(List::stream)
        .forEach(ensure -> ensure.replyTo().tell(StatusReply.error(gone)));
    deferred.clear();
  }

  private void begin(Key key, Batch batch) {
    List<Batch> joined = running.get(key);
    if (joined != null) {
      joined.add(batch);
      return;
    }
    running.put(key, new ArrayList<>(List.of(batch)));
    context.spawnAnonymous(Unloading.create(key, settings, port, ends));
  }

  private List<Key> keys(ModelCommand.Unload unload) {
    if (!unload.deviceId().isEmpty()) {
      return List.of(new Key(unload.modelId(), unload.deviceId()));
    }
    return loads.residences().spots(unload.modelId()).stream()
        .filter(spot -> !spot.state().equals("failed"))
        .map(Residences.Spot::deviceId)
        .map(device -> new Key(unload.modelId(), device))
        .toList();
  }
}
