package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link WorkerSlot} is told: by its device, by its worker's voice, by itself. What names an
 * epoch is about that incarnation only.
 */
sealed interface SlotCommand {
  /** Launch a worker. Only the first one counts. */
  record Start() implements SlotCommand {}

  /** From now on have exactly these models, in this worker and in all that follow. */
  record Want(List<LoadCall> models) implements SlotCommand {}

  /**
   * Arm a failure in the present worker; when standing, in all that follow as well.
   *
   * @param replyTo null for none
   */
  record Arm(ArmedFault fault, boolean standing, ActorRef<StatusReply<Done>> replyTo)
      implements SlotCommand {}

  /** Workers that follow are launched without standing faults. */
  record Disarm() implements SlotCommand {}

  /** That death was a request's doing: do not count it, and do not wait because of it. */
  record Forgive(long epoch) implements SlotCommand {}

  /** Do not wait any longer before the next launch. */
  record LaunchNow() implements SlotCommand {}

  /** Finish what is in flight, then end. Answered by {@link SlotEvent.Emptied}. */
  record Drain(Duration deadline) implements SlotCommand {}

  /** Say what there is. */
  record Inspect(ActorRef<DeviceInspection.Said> to) implements SlotCommand {}

  /** Tell the device again what models the worker has. */
  record Recount() implements SlotCommand {}

  /** Take back spans of the arena that no call holds; see {@code WorkerControl}. */
  record ReclaimLeases(long epoch, long leasesTaken) implements SlotCommand {}

  /** Put that wrong: a fault to be found. */
  record PutWrong(SlotHarm harm) implements SlotCommand {}

  /** The books take what that incarnation says of itself, if it is at rest. */
  record TakeAccount(long epoch) implements SlotCommand {}

  /** The transaction is off: give up what that incarnation reserves for it. */
  record AbortInWorker(long epoch, String transactionId) implements SlotCommand {}

  /** End that incarnation; a successor follows. */
  record Replace(long epoch, String why) implements SlotCommand {}

  record Beat() implements SlotCommand {}

  record Greeted(long epoch, WorkerIdentity identity) implements SlotCommand {}

  record Heard(long epoch, PongReport pong) implements SlotCommand {}

  record MemoryTold(long epoch, long usedBytes) implements SlotCommand {}

  record HealthTold(long epoch) implements SlotCommand {}

  record Ended(long epoch, DeathReport report, int inFlight) implements SlotCommand {}

  record LoadTold(long epoch, String modelId, LoadProgress progress) implements SlotCommand {}

  record LoadEnded(long epoch, LoadCall call, LoadCall used, CallOutcome<LoadedModel> outcome)
      implements SlotCommand {}

  record UnloadEnded(long epoch, String modelId, CallOutcome<Long> outcome)
      implements SlotCommand {}

  record Accounted(long epoch, WorkerStateReport report) implements SlotCommand {}

  record WaitOver() implements SlotCommand {}
}
