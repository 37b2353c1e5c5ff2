package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What other domains ask of the device domain; handled by {@code DeviceSupervisor}. Node-local. */
public sealed interface DeviceCommand {
  /** All devices, in the order of configuration. */
  record ListDevices(ActorRef<DeviceList> replyTo) implements DeviceCommand {}

  /**
   * Reply to {@link ListDevices}.
   *
   * @param reservations of those that are reserved
   */
  record DeviceList(List<DeviceView> devices, List<DeviceReservation> reservations) {
    public DeviceList {
      devices = List.copyOf(devices);
      reservations = List.copyOf(reservations);
    }

    /** None is reserved. */
    public DeviceList(List<DeviceView> devices) {
      this(devices, List.of());
    }
  }

  /**
   * Keeps others off a device until it is given back. The same transaction asking again gets the
   * same. Refused while another one has it, or when there is no such device.
   */
  record Reserve(DeviceReservation reservation, ActorRef<StatusReply<DeviceReservation>> replyTo)
      implements DeviceCommand {}

  /** Gives a reservation back. Idempotent; nothing changes if another transaction has it. */
  record GiveBack(String deviceId, String transactionId, ActorRef<akka.Done> replyTo)
      implements DeviceCommand {}

  /** From now on the subscriber hears every signal; first the present state of every device. */
  record Subscribe(ActorRef<DeviceSignal> subscriber) implements DeviceCommand {}

  /**
   * Loads a model into the serving worker (and the standby) and keeps it there across restarts.
   * Answered when it is loaded, or with a {@code StatusReply} error whose message says cause and
   * remedy.
   */
  record HoldModel(
      String deviceId,
      LoadCall load,
      ActorRef<LoadProgress> progressTo,
      ActorRef<StatusReply<LoadedModel>> replyTo)
      implements DeviceCommand {}

  /** Unloads it and forgets it. Answers the bytes freed; 0 when it was not held. */
  record DropModel(String deviceId, String modelId, ActorRef<StatusReply<Long>> replyTo)
      implements DeviceCommand {}

  /**
   * The death of that worker was the doing of a request, such as a poison document being isolated:
   * it does not count against the device's restart budget, and nothing waits because of it.
   */
  record ForgiveDeath(String deviceId, long epoch) implements DeviceCommand {}

  /**
   * Start a worker now, if the device has none and waits before it starts one. Nothing happens to a
   * device that has one, starts one, or is unknown.
   */
  record Reconnect(String deviceId) implements DeviceCommand {}

  /**
   * Arms a failure in the serving worker; refused unless fault injection is on. A standing one is
   * armed again in every successor.
   *
   * @param argument nanoseconds for SLOW, else 0
   * @param marker when not empty, only an inference whose input holds these bytes fires it
   */
  record ArmFault(
      String deviceId,
      InjectedFault fault,
      InjectionTrigger trigger,
      long argument,
      byte[] marker,
      boolean standing,
      ActorRef<StatusReply<akka.Done>> replyTo)
      implements DeviceCommand {}

  /** Forgets the standing faults of a device; its next worker is started without them. */
  record ClearFaults(String deviceId, ActorRef<StatusReply<akka.Done>> replyTo)
      implements DeviceCommand {}

  /** What every device and slot says of itself now; answered within that time, complete or not. */
  record Inspect(Duration within, ActorRef<Inspected> replyTo) implements DeviceCommand {}

  /**
   * Reply to {@link Inspect}.
   *
   * @param complete whether all devices and slots spoke in time
   */
  record Inspected(List<DeviceFacts> devices, boolean complete) {
    public Inspected {
      devices = List.copyOf(devices);
    }
  }

  /** Every subscriber hears again who serves and with which models, counted anew by the slot. */
  record Republish(String deviceId) implements DeviceCommand {}

  /**
   * Gives back spans of a worker's arena that no call holds; does nothing if a call was begun
   * since.
   */
  record ReclaimLeases(String deviceId, long epoch, long leasesTaken) implements DeviceCommand {}

  /** Loses spans of the serving worker's arena; does nothing unless fault injection is on. */
  record LoseLeases(String deviceId, int leases) implements DeviceCommand {}

  /**
   * The books of that worker's slot take what the worker says of itself; what it lacks is loaded
   * again, what it should not have is unloaded. Does nothing while it loads or unloads.
   */
  record TakeAccount(String deviceId, long epoch) implements DeviceCommand {}

  /** That worker gives up what it reserves for the transaction. Idempotent. */
  record AbortInWorker(String deviceId, long epoch, String transactionId)
      implements DeviceCommand {}

  /**
   * The serving worker loses a model and the books do not hear of it; a fault to be found.
   *
   * @param replyTo hears whether it lost it; one that is not at rest, or does not have it, does not
   */
  record LoseModel(String deviceId, String modelId, ActorRef<Boolean> replyTo)
      implements DeviceCommand {}

  /** Reads every optimized copy of a model anew and changes nothing; the disk may refuse it. */
  record CheckCopies(ActorRef<StatusReply<Copies>> replyTo) implements DeviceCommand {}

  /** Reply to {@link CheckCopies}. */
  record Copies(List<CachedCopy> copies) {
    public Copies {
      copies = List.copyOf(copies);
    }
  }

  /**
   * Deletes these copies; models are loaded from their originals until a load has written new ones.
   *
   * @param keys of {@link CachedCopy}
   */
  record DropCopies(Set<String> keys, ActorRef<StatusReply<CopiesDropped>> replyTo)
      implements DeviceCommand {
    public DropCopies {
      keys = Set.copyOf(keys);
    }
  }

  /** Reply to {@link DropCopies}. */
  record CopiesDropped(long bytes) {}

  /**
   * A copy that was put aside comes back, if its bytes have that sum. Answers whether it did.
   *
   * @param from where it was put
   */
  record RestoreCopy(
      String key, Path from, String sha256, ActorRef<StatusReply<CopyRestored>> replyTo)
      implements DeviceCommand {}

  /** Reply to {@link RestoreCopy}. */
  record CopyRestored(boolean inUse) {}

  /**
   * The serving worker loads a model that nobody asked for, and the books do not hear of it; a
   * fault to be found.
   *
   * @param like a model of the device, whose files it has
   * @param replyTo hears whether it has it; one that is not at rest does not load it
   */
  record StrayModel(String deviceId, String modelId, String like, ActorRef<Boolean> replyTo)
      implements DeviceCommand {}

  /** As if that had been published, and nobody had heard it; a fault to be found. */
  record Overhear(DeviceSignal signal) implements DeviceCommand {}

  /**
   * Ends that worker; its slot starts a successor, and work in flight goes there.
   *
   * @param cause the event that led to it, or null
   */
  record ReplaceWorker(String deviceId, long epoch, String why, EventMeta cause)
      implements DeviceCommand {}

  /** Finish what is in flight, then stop every worker. Answered when no worker process is left. */
  record StopAll(Duration deadline, ActorRef<StatusReply<akka.Done>> replyTo)
      implements DeviceCommand {}
}
