package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.WireMessage;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.WorkerFault;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What other domains ask of the inference domain; handled by {@code InferenceSupervisor}.
 * Node-local.
 */
public sealed interface InferenceCommand
    permits InferenceCommand.Embed,
        InferenceCommand.RequestTurn,
        InferenceCommand.ReleaseTurn,
        InferenceCommand.UseTurn,
        InferenceCommand.HoldBack,
        InferenceCommand.LetGo,
        InferenceCommand.GetFacts,
        InferenceCommand.Overhear,
        InferenceSupervisor.Own {
  /**
   * A synchronous embedding: answered, never accepted. A worker's death is hidden by sending it
   * again, at most as often as configured; nothing is journaled while it succeeds.
   *
   * @param deviceId that is to compute it, and no other; empty for any
   */
  record Embed(
      String modelId,
      String text,
      Duration deadline,
      String deviceId,
      ActorRef<StatusReply<Embedded>> replyTo)
      implements InferenceCommand {
    /** On any device. */
    public Embed(
        String modelId, String text, Duration deadline, ActorRef<StatusReply<Embedded>> replyTo) {
      this(modelId, text, deadline, "", replyTo);
    }
  }

  /**
   * Reply to {@link Embed}.
   *
   * @param embedding L2 norm 1
   * @param attempts 1 when no worker died meanwhile
   */
  record Embedded(
      List<Float> embedding,
      int tokens,
      String device,
      long epoch,
      int attempts,
      long computeMicros,
      String fingerprint)
      implements WireMessage {}

  /**
   * A runner wants to send one batch of accepted work. It gets its turn when a device that holds
   * the model has room; models are loaded where they are needed. Turns are given by class, then in
   * order of request.
   *
   * @param turnId chosen by the runner, unique
   * @param alone nothing else of accepted work may be on the device meanwhile: the batch was on a
   *     worker that died, and if it dies again it must be clear whose doing it was
   * @param goesOnAt device that computed what the batch has so far, or empty: it goes on there, or
   *     on one of the same backend, unless its device does not serve the model any more
   */
  record RequestTurn(
      String turnId,
      String modelId,
      WorkClass workClass,
      boolean alone,
      String goesOnAt,
      ActorRef<TurnReply> replyTo)
      implements InferenceCommand {}

  /** A turn that is not wanted any more, granted or waiting; a call of it is cancelled. */
  record ReleaseTurn(String turnId) implements InferenceCommand {}

  /**
   * Uses the turn: sends the call to the worker of that turn. Answered with one {@link
   * TurnReply.Outcome}. Any outcome but {@code Done} ends the turn.
   *
   * @param keep the turn may be used again after {@code Done}, by the next call of the same batch,
   *     until it is released or idle for too long; otherwise it is over then
   */
  record UseTurn(
      String turnId, InferenceCall call, boolean keep, ActorRef<TurnReply.Outcome> replyTo)
      implements InferenceCommand {}

  /**
   * The session gets no turn on that device, and those it has there take nobody's place: its calls
   * are held by the worker.
   *
   * @param by who needs that; the session rests there until nobody needs it any more
   */
  record HoldBack(String by, String sessionId, String deviceId) implements InferenceCommand {}

  /** That one does not need it any more; others may. */
  record LetGo(String by, String sessionId, String deviceId) implements InferenceCommand {}

  /** Its copies of the devices, and the turns. */
  record GetFacts(ActorRef<Facts> replyTo) implements InferenceCommand {}

  /**
   * Reply to {@link GetFacts}.
   *
   * @param planned devices that new work is planned for now
   * @param heldBack sessions that get no turn on a device now
   */
  record Facts(
      List<WorkFacts.SeatFacts> seats,
      List<WorkFacts.TurnFacts> turns,
      Set<String> planned,
      Set<HeldBack> heldBack) {
    public Facts {
      seats = List.copyOf(seats);
      turns = List.copyOf(turns);
      planned = Set.copyOf(planned);
      heldBack = Set.copyOf(heldBack);
    }

    /** Nobody is held back, and nothing is planned. */
    public Facts(List<WorkFacts.SeatFacts> seats, List<WorkFacts.TurnFacts> turns) {
      this(seats, turns, Set.of(), Set.of());
    }
  }

  /** A session that gets no turn on a device because somebody needs that. */
  record HeldBack(String by, String sessionId, String deviceId) {}

  /** As if the device domain had said so: a fault to be found, or to be seen through. */
  record Overhear(DeviceSignal signal) implements InferenceCommand {}

  /** What becomes of a turn. */
  sealed interface TurnReply {
    /** The runner journals its dispatch now, then uses the turn. */
    record Granted(String turnId, String deviceId, long epoch, String fingerprint)
        implements TurnReply {}

    /** No device can ever run it as things are: why and what to do. */
    record Refused(String turnId, String code, String message, String remedy)
        implements TurnReply {}

    /** How a used turn ended. */
    sealed interface Outcome {
      record Done(String turnId, InferenceResult result) implements Outcome {}

      /** The worker, or the connection, failed this call; the worker lives. */
      record Failed(String turnId, WorkerFault fault) implements Outcome {}

      /** The worker died with it in flight: journal the interruption, then ask for a new turn. */
      record Interrupted(String turnId, String deviceId, long epoch, String reason, EventMeta cause)
          implements Outcome {}

      /** The worker was gone before the call was sent: ask for a new turn. */
      record NotSent(String turnId) implements Outcome {}
    }
  }
}
