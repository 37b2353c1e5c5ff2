package io.mainstay.actors.device;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.identity.EventStamper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What tests of the device domain share: manual time, scripted workers, a log in memory. */
final class DeviceScript implements AutoCloseable {
  static final DeviceDefinition CPU_0 =
      new DeviceDefinition("cpu-0", 1, 1L << 30, StandbyMode.NONE);

  // One for all tests: on manual time a system takes its shutdown's time-outs to end.
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "script",
          ConfigFactory.parseString(
                  "akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off\nakka.daemonic = on")
              .withFallback(ManualTime.config())
              .withFallback(ConfigFactory.load()));

  final ActorTestKit kit = KIT;
  final ScriptedWorkers workers = new ScriptedWorkers();
  final RecordingLog log = new RecordingLog();
  final TestProbe<MemoryCommand> memory = kit.createTestProbe();
  private final ManualTime time = ManualTime.get(kit.system());
  private final List<ActorRef<?>> spawned = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong(1_000_000_000);

  static Config config(String... overrides) {
    return ConfigFactory.parseString(String.join("\n", overrides))
        .withFallback(
            ConfigFactory.parseString(
                "mainstay.device.worker { binary = /scripted, onnx-runtime = /scripted }"))
        .withFallback(ConfigFactory.load());
  }

  DeviceCollaborators collaborators(String... overrides) {
    return collaborators(ChildGuard.restarting(), overrides);
  }

  DeviceCollaborators collaborators(ChildGuard guard, String... overrides) {
    return new DeviceCollaborators(
        DeviceSettings.of(config(overrides)),
        workers,
        log::behavior,
        memory.ref(),
        guard,
        EventStamper.system(),
        EpochSource.startingAt(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)),
        nanos::get,
        () -> 0);
  }

  /** Lets the actors' time and the monotonic clock pass in one step; beats one at a time. */
  void pass(Duration span) {
    nanos.addAndGet(span.toNanos());
    time.timePasses(span);
  }

  /** The host stands still: its clock runs on, nothing else does. */
  void stall(Duration span) {
    nanos.addAndGet(span.toNanos());
  }

  static LoadCall load(String modelId) {
    return new LoadCall(
        modelId,
        List.of(
            new LoadCall.Component(
                "model", Path.of("/models/" + modelId), "sum-" + modelId, 1, false, null)),
        1,
        Duration.ZERO);
  }

  /** Spawns something that ends with this script. */
  <M> ActorRef<M> spawn(Behavior<M> behavior) {
    ActorRef<M> ref = kit.spawn(behavior);
    spawned.add(ref);
    return ref;
  }

  @Override
  public void close() {
    spawned.forEach(kit::stop);
  }
}
