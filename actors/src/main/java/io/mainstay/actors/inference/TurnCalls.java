package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.inference.InferenceCommand.TurnReply.Outcome;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The turns that one engine has at its worker. An interrupted one is told to its runner together
 * with the journal's event of the death, for which it waits a bounded time. Confined to its engine.
 */
final class TurnCalls {
  private static final int DEATHS_REMEMBERED = 8;

  private record Call(WorkerPort port, long correlationId) {}

  private record Death(String reason, EventMeta cause) {}

  private final String deviceId;
  private final ActorRef<EngineCommand> engine;
  private final TimerScheduler<EngineCommand> timers;
  private final Duration causeWait;
  private final Map<String, Call> calls = new HashMap<>();
  private final List<EngineCommand.TurnCallEnded> interrupted = new ArrayList<>();
  private final Map<Long, Death> deaths = new LinkedHashMap<>();

  TurnCalls(
      String deviceId,
      ActorRef<EngineCommand> engine,
      TimerScheduler<EngineCommand> timers,
      Duration causeWait) {
    this.deviceId = deviceId;
    this.engine = engine;
    this.timers = timers;
    this.causeWait = causeWait;
  }

  void send(EngineCommand.RunTurn run, WorkerPort port) {
    long correlationId =
        port.infer(
            run.call(),
            outcome ->
                engine.tell(
                    new EngineCommand.TurnCallEnded(
                        run.turnId(), run.epoch(), run.replyTo(), outcome)));
    calls.put(run.turnId(), new Call(port, correlationId));
  }

  void cancel(String turnId) {
    Call call = calls.get(turnId);
    if (call != null) {
      call.port().cancel(call.correlationId());
    }
  }

  void ended(EngineCommand.TurnCallEnded ended) {
    calls.remove(ended.turnId());
    if (ended.outcome() instanceof CallOutcome.Done<InferenceResult> done) {
      ended.replyTo().tell(new Outcome.Done(ended.turnId(), done.value()));
    } else if (ended.outcome() instanceof CallOutcome.Failed<InferenceResult> failed) {
      ended.replyTo().tell(new Outcome.Failed(ended.turnId(), failed.fault()));
    } else if (deaths.containsKey(ended.epoch())) {
      tell(ended, deaths.get(ended.epoch()));
    } else {
      interrupted.add(ended);
      if (!timers.isTimerActive(ended.epoch())) {
        timers.startSingleTimer(
            ended.epoch(), new EngineCommand.CauseOverdue(ended.epoch()), causeWait);
      }
    }
  }

  /** The death is explained, or nobody will explain it: {@code cause} is null then. */
  void died(long epoch, String reason, EventMeta cause) {
    timers.cancel(epoch);
    Death death = new Death(reason, cause);
    deaths.put(epoch, death);
    if (deaths.size() > DEATHS_REMEMBERED) {
      deaths.remove(deaths.keySet().iterator().next());
    }
    interrupted.removeIf(
        ended -> {
          if (ended.epoch() == epoch) {
            tell(ended, death);
          }
          return ended.epoch() == epoch;
        });
  }

  /** The engine ends: nobody waits any longer for a cause. */
  void giveUp() {
    interrupted.forEach(ended -> tell(ended, new Death("the worker died", null)));
    interrupted.clear();
  }

  private void tell(EngineCommand.TurnCallEnded ended, Death death) {
    ended
        .replyTo()
        .tell(
            new Outcome.Interrupted(
                ended.turnId(), deviceId, ended.epoch(), death.reason(), death.cause()));
  }
}
