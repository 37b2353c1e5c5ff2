package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.inference.EngineCommand.Report;
import io.mainstay.actors.recovery.ChildGuard;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** One engine for each device, and how much each has to do. Confined to the supervisor. */
final class Engines {
  private final ActorContext<InferenceCommand> ctx;
  private final InferenceSettings settings;
  private final ChildGuard guard;
  private final Executor blocking;
  private final ActorRef<Report> reports;
  private final Map<String, ActorRef<EngineCommand>> running = new HashMap<>();
  // An engine that starts clean has what the one before left to do.
  private final Map<String, EngineLoad> loads = new HashMap<>();

  Engines(
      ActorContext<InferenceCommand> ctx,
      InferenceSettings settings,
      ChildGuard guard,
      Executor blocking,
      ActorRef<Report> reports) {
    this.ctx = ctx;
    this.settings = settings;
    this.guard = guard;
    this.blocking = blocking;
    this.reports = reports;
  }

  boolean runs(String deviceId) {
    return running.containsKey(deviceId);
  }

  /** What it has to do. */
  EngineLoad load(String deviceId) {
    return loads.get(deviceId);
  }

  /** The device that has least to do of those that may compute it and hold its model, or null. */
  String leastLoaded(Collection<DeviceSeat> seats, SyncRequest request) {
    String best = null;
    for (DeviceSeat seat : seats) {
      if (seat.up()
          && seat.holds(request.modelId())
          && request.isFor(seat.deviceId())
          && runs(seat.deviceId())
          && (best == null || load(seat.deviceId()).total() < load(best).total())) {
        best = seat.deviceId();
      }
    }
    return best;
  }

  void start(String deviceId) {
    EngineLoad load = loads.computeIfAbsent(deviceId, id -> new EngineLoad());
    ActorRef<EngineCommand> engine =
        ctx.spawn(
            guard.guard(
                EngineCommand.class, Engine.create(deviceId, settings, load, blocking, reports)),
            "engine-" + deviceId,
            DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER));
    ctx.watch(engine);
    running.put(deviceId, engine);
  }

  /** False if none runs there now. */
  boolean tell(String deviceId, EngineCommand command) {
    ActorRef<EngineCommand> engine = running.get(deviceId);
    if (engine != null) {
      engine.tell(command);
    }
    return engine != null;
  }

  /** An actor ended; the device whose engine it was. */
  Optional<String> stopped(ActorRef<?> ended) {
    Optional<String> device =
        running.entrySet().stream()
            .filter(entry -> entry.getValue().equals(ended))
            .map(Map.Entry::getKey)
            .findFirst();
    device.ifPresent(running::remove);
    return device;
  }
}
