package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.StateRefused;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the workers of a device ask for beyond what their loads were given: set aside in the
 * device's ledger under the worker's name, or refused with the ledger's reason. The ledger tells
 * the worker of each grant. Released when the worker asks for nothing any more, or ends. Confined
 * to the device.
 */
final class WorkerGrants {
  /**
   * What the ledger answered.
   *
   * @param failure null where it was granted
   */
  record Answered(StateEnvelope told, MemoryAllocationRequest request, Throwable failure)
      implements DeviceTask {}

  /** Purpose of a load that does not fit the limit in force. */
  private static final String LOADING = "model_loading";

  private final DeviceDefinition definition;
  private final Duration timeout;
  private final ActorRef<MemoryCommand> memory;
  private final ActorContext<DeviceTask> ctx;

  /** Bytes that each owner was granted last, by epoch; 0 while it has nothing. */
  private final Map<Long, Map<String, Long>> owners = new HashMap<>();

  /**
   * @param timeout of the ledger's answer
   */
  WorkerGrants(
      DeviceDefinition definition,
      Duration timeout,
      ActorRef<MemoryCommand> memory,
      ActorContext<DeviceTask> ctx) {
    this.definition = definition;
    this.timeout = timeout;
    this.memory = memory;
    this.ctx = ctx;
  }

  /** A worker asks for so much in all; for 0 it gives back what it has. */
  void asked(StateEnvelope told, MemoryAllocationRequest request) {
    String owner = MemoryOwners.ofWorker(told.epoch(), request.requestId());
    if (request.requestedBytes() == 0) {
      release(owner);
      owners.getOrDefault(told.epoch(), new HashMap<>()).remove(owner);
      return;
    }
    owners.computeIfAbsent(told.epoch(), epoch -> new HashMap<>()).putIfAbsent(owner, 0L);
    ctx.askWithStatus(
        MemoryCommand.Reservation.class,
        memory,
        timeout,
        replyTo ->
            new MemoryCommand.Reserve(definition.id(), owner, request.requestedBytes(), replyTo),
        (granted, failure) -> new Answered(told, request, failure));
  }

  /**
   * The ledger has answered.
   *
   * @param seat of the worker, if it is still there
   */
  void answered(Answered answer, Optional<SeatState> seat) {
    StateEnvelope told = answer.told();
    String owner = MemoryOwners.ofWorker(told.epoch(), answer.request().requestId());
    boolean granted = answer.failure() == null;
    if (seat.isEmpty()) {
      release(owner);
      return;
    }
    if (granted) {
      // Unless it has given it back meanwhile.
      owners
          .getOrDefault(told.epoch(), new HashMap<>())
          .computeIfPresent(owner, (id, before) -> answer.request().requestedBytes());
    } else if (!(answer.failure() instanceof Refusal)) {
      asBefore(told.epoch(), owner);
    }
    if (!granted) {
      StateRefused refusal = refusal(told, answer);
      if (seat.get().port()
          != null) { // Else it serves nobody yet, and waits no longer than it may.
        seat.get().port().refuse(refusal);
      }
    } else if (answer.request().allocationPurpose().equals(LOADING)) {
      // The limit in force is what held it up: told again, it is the whole budget.
      memory.tell(
          new MemoryCommand.RegisterDevice(definition.id(), definition.memoryBudgetBytes()));
    }
  }

  private StateRefused refusal(StateEnvelope told, Answered answer) {
    Refusal why = Refusal.from(answer.failure(), "memory_domain_silent");
    ctx.getLog()
        .info(
            "memory refused to worker device={} epoch={} bytes={} purpose={} cause={}",
            definition.id(),
            told.epoch(),
            answer.request().requestedBytes(),
            answer.request().allocationPurpose(),
            why.getMessage());
    return new StateRefused(
        told.correlationId(),
        told.sequence(),
        StateRefusal.LIMIT_REACHED,
        why.getMessage() + "; " + why.remedy());
  }

  /** That worker ended, and uses nothing any more. */
  void ended(long epoch) {
    Map<String, Long> held = owners.remove(epoch);
    if (held != null) {
      held.keySet().forEach(this::release);
    }
  }

  /** The worker is refused, so what a silent ledger grants late must not stay with its name. */
  private void asBefore(long epoch, String owner) {
    long before = owners.getOrDefault(epoch, Map.of()).getOrDefault(owner, 0L);
    if (before == 0) {
      release(owner);
    } else {
      memory.tell(
          new MemoryCommand.Reserve(definition.id(), owner, before, ctx.getSystem().ignoreRef()));
    }
  }

  private void release(String owner) {
    memory.tell(new MemoryCommand.Release(definition.id(), owner, ctx.getSystem().ignoreRef()));
  }
}
