package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.state.source.WorkerTelling;
import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.StateEnvelope;
import java.time.Duration;

/**
 * Brings the words of one incarnation to its slot's mailbox, and its state to the device. Called
 * from the worker's threads.
 */
final class WorkerVoice implements WorkerListener {
  private final Seat seat;
  private final long epoch;
  private final WorkerTelling telling;
  private final DeviceConditions conditions;
  private final ActorRef<SlotCommand> slot;
  private final ActorRef<SlotEvent> device;

  /** A worker of protocol version 0 does not: then what it says is numbered here. */
  private volatile boolean numbersItsState;

  private volatile Incarnation worker;

  WorkerVoice(
      Seat seat,
      long epoch,
      WorkerTelling telling,
      DeviceConditions conditions,
      ActorRef<SlotCommand> slot,
      ActorRef<SlotEvent> device) {
    this.seat = seat;
    this.epoch = epoch;
    this.telling = telling;
    this.conditions = conditions;
    this.slot = slot;
    this.device = device;
  }

  /** It was launched; until then nothing is known of its calls. */
  void speaksFor(Incarnation launched) {
    worker = launched;
  }

  @Override
  public void onHello(WorkerIdentity identity) {
    numbersItsState = identity.speaksState();
    slot.tell(new SlotCommand.Greeted(epoch, identity));
  }

  @Override
  public void onPong(PongReport pong) {
    slot.tell(new SlotCommand.Heard(epoch, pong));
  }

  @Override
  public void onHealth(DeviceHealth health) {
    slot.tell(new SlotCommand.HealthTold(epoch));
    conditions.health(health);
    if (!numbersItsState) {
      state(telling.health(health));
    }
  }

  @Override
  public void onFragmented(long freeBytes, long wantedBytes) {
    conditions.fragmented(freeBytes, wantedBytes);
  }

  @Override
  public void onMemory(VramUsage usage) {
    slot.tell(new SlotCommand.MemoryTold(epoch, usage.usedBytes()));
    if (!numbersItsState) {
      state(telling.memory(usage));
    }
  }

  private void state(StateEnvelope told) {
    device.tell(new SlotEvent.Stated(seat, told));
  }

  @Override
  public void onProgress(long correlationId, Duration queued, float percent) {
    // Not asked for: the spec's inferenceProgress is off.
  }

  @Override
  public void onState(StateEnvelope told) {
    state(telling.judged(told));
  }

  @Override
  public void onDeath(DeathReport report) {
    Incarnation known = worker;
    slot.tell(
        new SlotCommand.Ended(epoch, report, known == null ? 0 : known.control().pendingCalls()));
  }
}
