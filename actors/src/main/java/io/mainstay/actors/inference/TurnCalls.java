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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The turns that one engine has at its worker. An interrupted one is told to its runner together
 * with the journal's event of the death, for which it waits a bounded time. Confined to its engine.
 */
final class TurnCalls {
  private static final int DEATHS_REMEMBERED = 8;

  /** One call at the worker. Its outcome is written on the worker's thread. */
  private static final class Call {
    private final EngineCommand.RunTurn run;
    private final WorkerPort port;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile CallOutcome<InferenceResult> outcome;
    private long correlationId;

    private Call(EngineCommand.RunTurn run, WorkerPort port) {
      this.run = run;
      this.port = port;
    }
  }

  private record Death(String reason, EventMeta cause) {}

  private static final Death UNEXPLAINED = new Death("the worker died", null);

  private final String deviceId;
  private final ActorRef<EngineCommand> engine;
  private final TimerScheduler<EngineCommand> timers;
  private final Duration causeWait;
  private final Map<String, Call> calls = new HashMap<>();
  private final List<EngineCommand.RunTurn> interrupted = new ArrayList<>();
  private final Map<Long, Death> deaths = new LinkedHashMap<>();
  // Nobody reads the engine's mailbox any more.
  private volatile boolean over;

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
    Call call = new Call(run, port);
    calls.put(run.turnId(), call);
    call.correlationId = port.infer(run.call(), outcome -> onOutcome(call, outcome));
  }

  /** On the worker's thread. A result goes to its runner at once, the books follow. */
  private void onOutcome(Call call, CallOutcome<InferenceResult> outcome) {
    EngineCommand.RunTurn run = call.run;
    // First the engine, so that it has booked this call before it is sent the next one.
    engine.tell(new EngineCommand.TurnCallEnded(run, outcome));
    if (outcome instanceof CallOutcome.Done<InferenceResult> done) {
      run.replyTo().tell(new Outcome.Done(run.turnId(), done.value()));
      return;
    }
    // Written before it is read whether the engine is over; stop() does it the other way round.
    call.outcome = outcome;
    if (over) {
      tellEnd(call);
    }
  }

  /** What the engine would have told, had it still been there. Any thread. */
  private void tellEnd(Call call) {
    CallOutcome<InferenceResult> outcome = call.outcome;
    if (outcome == null || !call.told.compareAndSet(false, true)) {
      return;
    }
    EngineCommand.RunTurn run = call.run;
    if (outcome instanceof CallOutcome.Failed<InferenceResult> failed) {
      run.replyTo().tell(new Outcome.Failed(run.turnId(), failed.fault()));
    } else if (outcome instanceof CallOutcome.WorkerLost<InferenceResult>) {
      tell(run, UNEXPLAINED);
    }
  }

  /** False when nothing of that turn is at the worker. */
  boolean cancel(String turnId) {
    Call call = calls.get(turnId);
    if (call != null) {
      call.port.cancel(call.correlationId);
    }
    return call != null;
  }

  void ended(EngineCommand.TurnCallEnded ended) {
    EngineCommand.RunTurn run = ended.run();
    Call call = calls.remove(run.turnId());
    if (call != null) {
      call.told.set(true);
    }
    if (ended.outcome() instanceof CallOutcome.Failed<InferenceResult> failed) {
      run.replyTo().tell(new Outcome.Failed(run.turnId(), failed.fault()));
    } else if (ended.outcome() instanceof CallOutcome.WorkerLost<InferenceResult>) {
      interrupted(run);
    }
  }

  private void interrupted(EngineCommand.RunTurn run) {
    if (deaths.containsKey(run.epoch())) {
      tell(run, deaths.get(run.epoch()));
      return;
    }
    interrupted.add(run);
    if (!timers.isTimerActive(run.epoch())) {
      timers.startSingleTimer(run.epoch(), new EngineCommand.CauseOverdue(run.epoch()), causeWait);
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
        run -> {
          if (run.epoch() == epoch) {
            tell(run, death);
          }
          return run.epoch() == epoch;
        });
  }

  /** The engine's life ends: nobody waits any longer for a cause. */
  void giveUp() {
    interrupted.forEach(run -> tell(run, UNEXPLAINED));
    interrupted.clear();
  }

  /** The engine has no further life: what its calls become is told without it from here on. */
  void stop() {
    over = true;
    calls.values().forEach(this::tellEnd);
  }

  private void tell(EngineCommand.RunTurn run, Death death) {
    run.replyTo()
        .tell(
            new Outcome.Interrupted(
                run.turnId(), deviceId, run.epoch(), death.reason(), death.cause()));
  }
}
