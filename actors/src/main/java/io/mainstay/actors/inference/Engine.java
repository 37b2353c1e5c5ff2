package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.EngineCommand.Report;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.WorkerFaults;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Sends work to the worker of one device and hides its deaths: what was in flight goes to the
 * successor, in order of arrival. Callers are answered from the worker's own thread; this actor
 * keeps the books. Stopped or restarted, it hands what it holds back to its supervisor.
 */
final class Engine {
  private record Flight(SyncRequest request, long correlationId) {}

  private final ActorContext<EngineCommand> ctx;
  private final TimerScheduler<EngineCommand> timers;
  private final InferenceSettings settings;
  private final ActorRef<Report> supervisor;
  private final Executor encoders;
  private final TurnCalls turns;
  private final TreeMap<Long, SyncRequest> waiting = new TreeMap<>();
  private final TreeMap<Long, Flight> flights = new TreeMap<>();
  private final EngineLoad load;
  private final LostWorkers lostWorkers = new LostWorkers();
  private final Breather breather = new Breather();
  // Turns whose call waits until the device has rested.
  private final Map<String, EngineCommand.RunTurn> resting = new HashMap<>();
  private DeviceSeat seat;
  private long checkAtNanos = Long.MAX_VALUE;

  private Engine(
      ActorContext<EngineCommand> ctx,
      TimerScheduler<EngineCommand> timers,
      String deviceId,
      InferenceSettings settings,
      EngineLoad load,
      Executor encoders,
      ActorRef<Report> supervisor) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.load = load;
    this.encoders = encoders;
    this.supervisor = supervisor;
    this.seat = DeviceSeat.absent(deviceId);
    this.turns = new TurnCalls(deviceId, ctx.getSelf(), timers, settings.turns().causeWait());
  }

  static Behavior<EngineCommand> create(
      String deviceId,
      InferenceSettings settings,
      EngineLoad load,
      Executor encoders,
      ActorRef<Report> supervisor) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  supervisor.tell(new Report.Started(deviceId));
                  return new Engine(ctx, timers, deviceId, settings, load, encoders, supervisor)
                      .serving();
                }));
  }

  private Behavior<EngineCommand> serving() {
    return Behaviors.receive(EngineCommand.class)
        .onMessage(EngineCommand.Take.class, this::onTake)
        .onMessage(EngineCommand.SyncEnded.class, this::onSyncEnded)
        .onMessage(EngineCommand.Encoded.class, this::onEncoded)
        .onMessage(EngineCommand.Seat.class, this::onSeat)
        .onMessage(EngineCommand.Died.class, this::onDied)
        .onMessage(EngineCommand.CheckDeadlines.class, check -> onCheckDeadlines())
        .onMessage(EngineCommand.RunTurn.class, this::onRunTurn)
        .onMessage(EngineCommand.CancelTurn.class, this::onCancelTurn)
        .onMessage(EngineCommand.TurnCallEnded.class, this::onTurnCallEnded)
        .onMessage(EngineCommand.CauseOverdue.class, this::onCauseOverdue)
        .onSignal(PreRestart.class, signal -> handBack())
        .onSignal(PostStop.class, signal -> stop())
        .build();
  }

  private Behavior<EngineCommand> onTake(EngineCommand.Take take) {
    SyncRequest request = take.request();
    watchDeadline(request);
    if (request.tokens() == null && request.text().length() > settings.sync().inlineTextMax()) {
      CompletableFuture<TokenizedBatch> encoding =
          CompletableFuture.supplyAsync(
              () -> request.model().encode(List.of(request.text())), encoders);
      ctx.pipeToSelf(
          encoding, (tokens, failure) -> new EngineCommand.Encoded(request, tokens, failure));
      return Behaviors.same();
    }
    SyncRequest ready =
        request.tokens() != null
            ? request
            : request.encoded(request.model().encode(List.of(request.text())));
    waiting.put(ready.order(), ready);
    sendWaiting();
    return Behaviors.same();
  }

  private Behavior<EngineCommand> onEncoded(EngineCommand.Encoded encoded) {
    if (encoded.failure() != null) {
      encoded
          .request()
          .reply()
          .refuse(
              Refusal.of(
                  "tokenizer_failed",
                  "The text could not be tokenized: " + encoded.failure().getMessage(),
                  "Check the text; it must be valid Unicode"));
      return Behaviors.same();
    }
    waiting.put(encoded.request().order(), encoded.request().encoded(encoded.tokens()));
    watchDeadline(encoded.request());
    sendWaiting();
    return Behaviors.same();
  }

  private boolean usable() {
    return seat.up() && !lostWorkers.contains(seat.epoch());
  }

  private void sendWaiting() {
    if (seat.standing() == DeviceSeat.Standing.SUSPECTED
        || seat.standing() == DeviceSeat.Standing.FAILED
        || seat.reserved()
        || seat.isolated()) {
      displaceWaiting();
      return;
    }
    while (usable() && flights.size() < settings.sync().window() && !waiting.isEmpty()) {
      SyncRequest request = waiting.pollFirstEntry().getValue();
      long now = System.nanoTime();
      if (request.expired(now)) {
        request.refuseLate("before it was sent to a worker of " + seat.deviceId());
      } else if (!request.reply().answered()) {
        send(request.nextAttempt(), now);
      }
    }
  }

  private void send(SyncRequest request, long now) {
    SyncCall callback = new SyncCall(request, seat.port(), load, ctx.getSelf());
    long correlationId =
        seat.port()
            .infer(request.model().call(request.tokens(), request.timeLeft(now), 0), callback);
    flights.put(request.order(), new Flight(request, correlationId));
  }

  private Behavior<EngineCommand> onSyncEnded(EngineCommand.SyncEnded ended) {
    Flight flight = flights.get(ended.request().order());
    if (flight != null && flight.request().attempts() == ended.request().attempts()) {
      flights.remove(ended.request().order());
    }
    if (ended.unanswered() instanceof CallOutcome.WorkerLost<InferenceResult> lost) {
      lostWorkers.add(lost.epoch());
      sendAgain(
          ended.request(),
          "its worker died " + ended.request().attempts() + " times with this request in flight");
    } else if (ended.unanswered() instanceof CallOutcome.Failed<InferenceResult> failed) {
      onFault(ended.request(), ended.epoch(), failed.fault());
    }
    sendWaiting();
    return Behaviors.same();
  }

  /** Blame before budget: what the request or its caller did wrong is only answered. */
  private void onFault(SyncRequest request, long epoch, WorkerFault fault) {
    WorkerFaultCode code = fault.code();
    FaultVoice.of(ctx.getSystem())
        .raise(
            "inference/" + seat.deviceId(),
            // A model that was unloaded meanwhile is looked for elsewhere; a deadline is refused
            // below.
            code == WorkerFaultCode.UNKNOWN_MODEL || code == WorkerFaultCode.DEADLINE_EXCEEDED
                ? Optional.empty()
                : WorkerFaults.recognise(fault, WorkerFaults.Activity.INFERRING),
            null);
    if (code == WorkerFaultCode.DEADLINE_EXCEEDED) {
      request.refuseLate("on " + seat.deviceId());
    } else if (code == WorkerFaultCode.UNKNOWN_MODEL) {
      displace(request, true);
    } else if (code == WorkerFaultCode.DRAINING) {
      lostWorkers.add(epoch);
      waiting.put(request.order(), request.notSent());
    } else if (code == WorkerFaultCode.QUEUE_FULL) {
      request.reply().refuse(Refusal.busy("The worker's queue is full", load.retryAfterMillis()));
    } else if (fault.blame().countsAgainstHealth()) {
      sendAgain(request, "the last fault was " + code + ": " + fault.message());
    } else {
      request
          .reply()
          .refuse(
              Refusal.of(
                  code.name().toLowerCase(Locale.ROOT),
                  fault.message(),
                  "Change the request; it is refused wherever it is sent"));
    }
  }

  private void sendAgain(SyncRequest request, String why) {
    if (request.reply().answered()) {
      return;
    }
    if (request.attempts() >= settings.sync().attemptsMax()) {
      FaultVoice.of(ctx.getSystem())
          .raise(
              "inference/" + seat.deviceId(),
              Recognised.of(
                  ErrorNames.RETRY_EXHAUSTED,
                  "an inference was given up after " + request.attempts() + " attempts: " + why),
              null);
      request
          .reply()
          .refuse(
              Refusal.of(
                  ErrorNames.INFERENCE_ENGINE_FAILURE,
                  "Given up after "
                      + request.attempts()
                      + " attempts (bound: "
                      + InferenceSettings.PATH
                      + ".sync.attempts-max): "
                      + why,
                  "Look at 'mainstay devices' and the journal; the text itself may be the cause"));
    } else {
      waiting.put(request.order(), request);
    }
  }

  private Behavior<EngineCommand> onSeat(EngineCommand.Seat told) {
    seat = told.seat();
    sendWaiting();
    return Behaviors.same();
  }

  private Behavior<EngineCommand> onDied(EngineCommand.Died died) {
    lostWorkers.add(died.epoch());
    turns.died(died.epoch(), died.report().detail(), died.cause());
    return Behaviors.same();
  }

  private void displaceWaiting() {
    List<SyncRequest> leaving = new ArrayList<>(waiting.values());
    waiting.clear();
    leaving.forEach(request -> displace(request, false));
  }

  private void displace(SyncRequest request, boolean modelMissing) {
    request.reply().heldBy(null);
    supervisor.tell(new Report.Displaced(seat.deviceId(), request, modelMissing));
  }

  private void watchDeadline(SyncRequest request) {
    if (request.deadlineNanos() - checkAtNanos < 0 || checkAtNanos == Long.MAX_VALUE) {
      checkAtNanos = request.deadlineNanos();
      // A timer may fire a little early; a millisecond more makes one check enough.
      Duration left = request.timeLeft(System.nanoTime()).plusMillis(1);
      timers.startSingleTimer(
          new EngineCommand.CheckDeadlines(), left.isNegative() ? Duration.ZERO : left);
    }
  }

  private Behavior<EngineCommand> onCheckDeadlines() {
    long now = System.nanoTime();
    checkAtNanos = Long.MAX_VALUE;
    List<SyncRequest> open = new ArrayList<>(waiting.values());
    for (SyncRequest request : open) {
      if (request.expired(now)) {
        waiting.remove(request.order());
        request.refuseLate("while it waited for " + seat.deviceId());
      }
    }
    for (Flight flight : flights.values()) {
      if (flight.request().expired(now) && !flight.request().reply().answered()) {
        flight.request().refuseLate("on " + seat.deviceId());
        seat.port().cancel(flight.correlationId());
      }
    }
    waiting.values().forEach(this::watchDeadline);
    flights.values().stream()
        .map(Flight::request)
        .filter(request -> !request.reply().answered())
        .forEach(this::watchDeadline);
    return Behaviors.same();
  }

  private Behavior<EngineCommand> onRunTurn(EngineCommand.RunTurn run) {
    double useMax = useMax();
    Duration rest = breather.left(useMax, System.nanoTime());
    if (usable() && seat.epoch() == run.epoch() && rest.toNanos() > 0) {
      timers.startSingleTimer(run.turnId(), run, rest);
      resting.put(run.turnId(), run);
    } else if (usable() && seat.epoch() == run.epoch()) {
      resting.remove(run.turnId());
      turns.send(run, seat.port());
      load.turnTaken();
    } else {
      notSent(run);
    }
    return Behaviors.same();
  }

  private void notSent(EngineCommand.RunTurn run) {
    resting.remove(run.turnId());
    run.replyTo().tell(new InferenceCommand.TurnReply.Outcome.NotSent(run.turnId()));
    supervisor.tell(new Report.TurnOver(run.turnId()));
  }

  private double useMax() {
    return InForce.on(ctx.getSystem()).devices().useMax();
  }

  private Behavior<EngineCommand> onCancelTurn(EngineCommand.CancelTurn cancel) {
    if (resting.remove(cancel.turnId()) != null) {
      timers.cancel(cancel.turnId()); // Its call was not sent yet.
    }
    if (!turns.cancel(cancel.turnId())) {
      // It ended meanwhile, or an earlier life of this engine had it.
      supervisor.tell(new Report.TurnOver(cancel.turnId()));
    }
    return Behaviors.same();
  }

  private Behavior<EngineCommand> onTurnCallEnded(EngineCommand.TurnCallEnded ended) {
    load.turnGone();
    if (ended.outcome() instanceof CallOutcome.WorkerLost<InferenceResult> lost) {
      lostWorkers.add(lost.epoch());
    }
    boolean done = ended.outcome() instanceof CallOutcome.Done<InferenceResult>;
    if (ended.outcome() instanceof CallOutcome.Done<InferenceResult> result) {
      breather.worked(result.value().compute(), useMax(), System.nanoTime());
    }
    supervisor.tell(
        new Report.TurnUsed(ended.run().turnId(), ended.run().use(), done && ended.run().keep()));
    turns.ended(ended);
    return Behaviors.same();
  }

  private Behavior<EngineCommand> onCauseOverdue(EngineCommand.CauseOverdue overdue) {
    turns.died(overdue.epoch(), "the worker died", null);
    return Behaviors.same();
  }

  private Behavior<EngineCommand> stop() {
    handBack();
    turns.stop();
    return Behaviors.same();
  }

  private Behavior<EngineCommand> handBack() {
    for (Flight flight : flights.values()) {
      if (!flight.request().reply().answered()) {
        waiting.put(flight.request().order(), flight.request());
      }
    }
    flights.clear();
    displaceWaiting();
    List.copyOf(resting.values()).forEach(this::notSent);
    turns.giveUp();
    return Behaviors.same();
  }
}
