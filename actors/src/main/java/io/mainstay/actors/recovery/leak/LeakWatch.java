package io.mainstay.actors.recovery.leak;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import com.typesafe.config.Config;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Measures the workers' memory at intervals and says when one of them loses memory. */
public final class LeakWatch {
  private sealed interface Heard {}

  private record Look() implements Heard {}

  private record Seen(List<DeviceView> devices, Throwable failure) implements Heard {}

  private final ActorContext<Heard> ctx;
  private final MemoryGrowth.Limits limits;
  private final Supplier<CompletionStage<List<DeviceView>>> devices;
  private final Map<String, MemoryGrowth> growth = new HashMap<>();

  private LeakWatch(
      ActorContext<Heard> ctx,
      TimerScheduler<Heard> timers,
      MemoryGrowth.Limits limits,
      Supplier<CompletionStage<List<DeviceView>>> devices) {
    this.ctx = ctx;
    this.limits = limits;
    this.devices = devices;
    timers.startTimerAtFixedRate(new Look(), limits.interval());
  }

  /**
   * The watch of a node; once per node.
   *
   * @param config with {@code mainstay.memory.leak}
   * @param devices as they are when asked
   */
  public static Behavior<Void> create(
      Config config, Supplier<CompletionStage<List<DeviceView>>> devices) {
    MemoryGrowth.Limits limits = MemoryGrowth.Limits.of(config);
    return Behaviors.<Heard>setup(
            ctx ->
                Behaviors.withTimers(
                    timers -> new LeakWatch(ctx, timers, limits, devices).watching()))
        .unsafeCast();
  }

  private Behavior<Heard> watching() {
    return Behaviors.receive(Heard.class)
        .onMessage(Look.class, look -> onLook())
        .onMessage(Seen.class, this::onSeen)
        .build();
  }

  private Behavior<Heard> onLook() {
    ctx.pipeToSelf(CompletableFuture.completedStage(devices).thenCompose(Supplier::get), Seen::new);
    return Behaviors.same();
  }

  private Behavior<Heard> onSeen(Seen seen) {
    if (seen.failure() != null) {
      // Between two lives of the domains; what was measured before says nothing of the next.
      growth.clear();
      return Behaviors.same();
    }
    for (DeviceView device : seen.devices()) {
      MemoryGrowth before = growth.getOrDefault(device.id(), MemoryGrowth.begin());
      MemoryGrowth now =
          before.after(device.epoch(), Set.copyOf(device.models()), device.residentBytes(), limits);
      growth.put(device.id(), now);
      if (now.becameLeak(limits)) {
        raise(device, now);
      }
    }
    return Behaviors.same();
  }

  private void raise(DeviceView device, MemoryGrowth now) {
    FaultVoice.of(ctx.getSystem())
        .raise(
            "device/" + device.id(),
            Recognised.of(
                ErrorNames.MODEL_MEMORY_LEAK,
                "the worker of epoch %d grew in each of %d measurements within %d s, by %d bytes a minute or more, to %d bytes, with the same models %s"
                    .formatted(
                        now.epoch(),
                        limits.inARow(),
                        limits.window().toSeconds(),
                        limits.bytesPerMinute(),
                        now.bytes(),
                        now.models())),
            null);
  }
}
