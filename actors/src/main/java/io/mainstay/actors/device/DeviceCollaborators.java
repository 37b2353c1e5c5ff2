package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.mainstay.actors.device.worker.WorkerLauncher;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Whom the device domain works with.
 *
 * @param settings of the domain
 * @param launcher of worker processes; lives as long as the node
 * @param history the log of a device, by its id; spawned and started again by the device
 * @param memory told of each device and its budget
 * @param guard wraps the domain's children
 * @param stamper of events
 * @param epochs one for the node
 * @param nanoTime monotonic clock
 * @param random from 0 to 1, for jitter
 */
public record DeviceCollaborators(
    DeviceSettings settings,
    WorkerLauncher launcher,
    Function<String, Behavior<HistoryLog.Command<DeviceEvent>>> history,
    ActorRef<MemoryCommand> memory,
    ChildGuard guard,
    EventStamper stamper,
    EpochSource epochs,
    LongSupplier nanoTime,
    DoubleSupplier random) {
  /** With the system's clocks and randomness. */
  public static DeviceCollaborators of(
      DeviceSettings settings,
      WorkerLauncher launcher,
      Function<String, Behavior<HistoryLog.Command<DeviceEvent>>> history,
      ActorRef<MemoryCommand> memory,
      ChildGuard guard,
      EventStamper stamper) {
    return new DeviceCollaborators(
        settings,
        launcher,
        history,
        memory,
        guard,
        stamper,
        EpochSource.startingAt(Clock.systemUTC()),
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble());
  }
}
