package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a {@link Device} is told: by its supervisor, by its slots, by itself. */
sealed interface DeviceTask
    permits DeviceTask.Adopt,
        DeviceTask.Hold,
        DeviceTask.Drop,
        DeviceTask.Arm,
        DeviceTask.Disarm,
        DeviceTask.Forgive,
        DeviceTask.Reconnect,
        DeviceTask.Inspect,
        DeviceTask.Republish,
        DeviceTask.ForWorker,
        DeviceTask.ReplaceWorker,
        DeviceTask.Empty,
        DeviceTask.FromSlot,
        DeviceTask.Durable,
        DeviceTask.Impatient,
        DeviceTask.RestoreLog,
        WorkerGrants.Answered {
  /**
   * Begin; told once, after {@link DeviceReport.Began}.
   *
   * @param held models to hold
   * @param lost the worker that served when an earlier life of this actor failed
   */
  record Adopt(List<LoadCall> held, Optional<DeathReport> lost) implements DeviceTask {}

  record Hold(
      LoadCall load, ActorRef<LoadProgress> progressTo, ActorRef<StatusReply<LoadedModel>> replyTo)
      implements DeviceTask {}

  record Drop(String modelId, ActorRef<StatusReply<Long>> replyTo) implements DeviceTask {}

  record Arm(ArmedFault fault, boolean standing, ActorRef<StatusReply<Done>> replyTo)
      implements DeviceTask {}

  record Disarm(ActorRef<StatusReply<Done>> replyTo) implements DeviceTask {}

  record Forgive(long epoch) implements DeviceTask {}

  /** Slots that wait before they start a worker start it now. */
  record Reconnect() implements DeviceTask {}

  /** Say what there is; the slots speak for themselves. */
  record Inspect(ActorRef<DeviceInspection.Said> to) implements DeviceTask {}

  /** Tell the others again who serves with which models. */
  record Republish() implements DeviceTask {}

  /** For the slot that has this worker. */
  record ForWorker(SlotCommand command) implements DeviceTask {}

  /**
   * End that incarnation.
   *
   * @param cause the event that led to it, or null
   */
  record ReplaceWorker(SlotCommand.Replace command, EventMeta cause) implements DeviceTask {}

  /** Finish and end all workers; answered by {@link DeviceReport.Emptied}. */
  record Empty(Duration deadline) implements DeviceTask {}

  record FromSlot(SlotEvent event) implements DeviceTask {}

  record Durable(EventMeta meta) implements DeviceTask {}

  record Impatient(String eventId) implements DeviceTask {}

  record RestoreLog() implements DeviceTask {}
}
