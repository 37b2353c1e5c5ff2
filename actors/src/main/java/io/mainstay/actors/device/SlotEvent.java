package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.protocol.state.StateEnvelope;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a {@link WorkerSlot} tells its device. */
sealed interface SlotEvent {
  /** Which slot. */
  Seat seat();

  /** The places for a worker that a device has. */
  enum Seat {
    A,
    B
  }

  /** The slot's actor began, for the first time or after a failure of its own; it holds nothing. */
  record Born(Seat seat) implements SlotEvent {}

  /** The process exists. */
  record Launched(Seat seat, long epoch, long pid) implements SlotEvent {}

  /** It said hello. */
  record Greeted(Seat seat, long epoch, WorkerIdentity identity, long helloMillis)
      implements SlotEvent {}

  /** It has all models that it was to have: it can serve. */
  record Up(Seat seat, ObservedPort port, Set<String> models) implements SlotEvent {}

  /** How far the load of a model is. */
  record Loading(Seat seat, String modelId, LoadProgress progress) implements SlotEvent {}

  /** A model was loaded. */
  record Loaded(Seat seat, LoadCall call, LoadedModel model, Set<String> models)
      implements SlotEvent {}

  /** A model cannot be loaded; the slot wants it no longer. */
  record LoadRefused(Seat seat, String modelId, Refusal refusal) implements SlotEvent {}

  /** A model was freed. */
  record Unloaded(Seat seat, String modelId, long freedBytes, Set<String> models)
      implements SlotEvent {}

  /** Asked for: what it has, from the worker's own slot. */
  record Recounted(Seat seat, long epoch, Set<String> models) implements SlotEvent {}

  /** Beats are missing. */
  record Suspected(Seat seat, long epoch, String reason, long silentMillis) implements SlotEvent {}

  /** It answers again. */
  record Cleared(Seat seat, long epoch) implements SlotEvent {}

  /** It reported its use of memory, or how much it has to do. */
  record Vitals(Seat seat, long epoch, long residentBytes, int queueDepth) implements SlotEvent {}

  /** It told something of its state. */
  record Stated(Seat seat, StateEnvelope told) implements SlotEvent {}

  /** It died. The slot starts another one after the delay, by itself. */
  record Died(Seat seat, DeathReport report, int inFlight, boolean loading, Duration restartDelay)
      implements SlotEvent {}

  /** It died, and the slot has given up for the time being. */
  record GaveUp(
      Seat seat, DeathReport report, int inFlight, boolean loading, int deaths, Duration retryAfter)
      implements SlotEvent {}

  /** It was told to end, and no process is left. */
  record Emptied(Seat seat, Optional<DeathReport> report) implements SlotEvent {}
}
