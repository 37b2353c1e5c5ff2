package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.Enhancers;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.state.source.SessionTelling;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries one session out, beside the devices. Everything it knows comes from the journal, so it
 * may end at any point and another goes on. For each batch: prepare, ask for a turn, journal the
 * dispatch, compute step by step, store the result, journal it. A batch whose worker died is
 * journaled and what the journal decides is done: again, its halves, or the dead letters.
 *
 * <p>States: new, opening (reads inputs and models), working, finishing (writes the outputs).
 */
final class SessionRunner {
  private static final String FAILURE = "its failure";

  private final ActorContext<RunnerMessage> ctx;
  private final TimerScheduler<RunnerMessage> timers;
  private final String sessionId;
  private final ProcessingSettings.Runner settings;
  private final Recipes recipes;
  private final ModelLookup models;
  private final ProcessingCollaborators others;
  private final Executor blocking;
  private final SessionOutputs outputs;
  private final JobBoard jobs;
  private final HeapBudget heap;
  private final CheckpointMeter meter;
  private final ProgressWatch progress;
  private final RunnerReservation reservation;
  private HeapBudget.Share heapShare;
  private SessionTelling telling;
  private RunnerJournal journal;
  private LetterBox letters;
  private SessionWork.Run run;
  private ModelFallback fallback;
  private SessionBatches batches;
  private Recipe recipe;
  private boolean finishing;
  private boolean failing;
  private boolean failed;
  // Its deadline passed, perhaps while the outputs were written.
  private boolean late;
  private int accountsMissed;
  private List<String> logged = List.of();
  private int writesRefused;
  private int writesFailed;
  // Code of what keeps the outputs from being written, or empty.
  private String heldUp = "";

  private SessionRunner(
      ActorContext<RunnerMessage> ctx,
      TimerScheduler<RunnerMessage> timers,
      String sessionId,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      HeapBudget heap,
      CheckpointMeter meter,
      Runnable stuck) {
    this.meter = meter;
    this.progress = new ProgressWatch(settings.runner().yieldAfter(), System::nanoTime, stuck);
    this.ctx = ctx;
    this.timers = timers;
    this.sessionId = sessionId;
    this.settings = settings.runner();
    this.others = others;
    this.heap = heap;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.recipes =
        settings.recipes(
            others.artifacts(),
            others.textModels(),
            InForce.of(ctx.getSystem())::restrictions,
            Enhancers.of(ctx.getSystem())::replaced);
    this.models = new ModelLookup(others.model(), ctx.getSystem(), settings.submitTimeout());
    this.outputs = new SessionOutputs(ctx, sessionId, settings.runner(), others, models);
    this.jobs =
        new JobBoard(ctx, timers, sessionId, others.inference(), this.settings.turnPatience());
    this.reservation =
        new RunnerReservation(
            ctx,
            timers,
            this.settings,
            others.reservations(),
            () -> batches(b -> b.goOn(StepGate.Reason.UNRESERVED)));
  }

  /**
   * A runner of that session; it waits for {@link RunnerMessage.Begin}.
   *
   * @param stuck told, now and then, while all that the session has to do is refused
   */
  static Behavior<RunnerMessage> create(
      String sessionId,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      HeapBudget heap,
      CheckpointMeter meter,
      Runnable stuck) {
    AtomicBoolean restarted = new AtomicBoolean();
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  if (restarted.getAndSet(true)) {
                    // What the failed incarnation was told is stale: the journal knows better.
                    others.sessions().apply(sessionId).tell(new SessionProtocol.Continue());
                  }
                  return new SessionRunner(
                          ctx, timers, sessionId, settings, others, heap, meter, stuck)
                      .running();
                }));
  }

  private Behavior<RunnerMessage> running() {
    return Behaviors.receive(RunnerMessage.class)
        .onMessage(RunnerMessage.Begin.class, this::onBegin)
        .onMessage(RunnerMessage.Opened.class, this::onOpened)
        .onMessage(RunnerMessage.Reserving.class, this::onReserving)
        .onMessage(RunnerMessage.Rewound.class, this::onRewound)
        .onMessage(RunnerMessage.Ended.class, told -> batches(b -> b.turns().onEnded(told)))
        .onMessage(RunnerMessage.Stepped.class, told -> batches(b -> b.onStepped(told)))
        .onMessage(RunnerMessage.Turn.class, told -> batches(b -> b.turns().onTurn(told)))
        .onMessage(
            RunnerMessage.TurnOverdue.class, told -> batches(b -> b.turns().onTurnOverdue(told)))
        .onMessage(RunnerMessage.AwaitsHeap.class, told -> batches(b -> b.onAwaitsHeap(told)))
        .onMessage(RunnerMessage.HeapOverdue.class, told -> batches(b -> b.onHeapOverdue(told)))
        .onMessage(RunnerMessage.HeapWanted.class, told -> batches(SessionBatches::onHeapWanted))
        .onMessage(RunnerMessage.Prepared.class, told -> batches(b -> b.onPrepared(told)))
        .onMessage(RunnerMessage.CheckpointStored.class, this::onCheckpointStored)
        .onMessage(RunnerMessage.Replaced.class, told -> batches(b -> b.onReplacedModel(told)))
        .onMessage(RunnerMessage.FellBack.class, told -> batches(b -> b.onFellBack(told)))
        .onMessage(RunnerMessage.DeadlinePassed.class, passed -> onDeadlinePassed())
        .onMessage(RunnerMessage.Stored.class, told -> batches(b -> b.onStored(told)))
        .onMessage(RunnerMessage.TryAgain.class, told -> batches(b -> b.onTryAgain(told.job())))
        .onMessage(RunnerMessage.Recorded.class, this::onRecorded)
        .onMessage(RunnerMessage.TellProgress.class, this::onTellProgress)
        .onMessage(RunnerMessage.StoreLetter.class, this::onStoreLetter)
        .onMessage(RunnerMessage.LetterStored.class, this::onLetterStored)
        .onMessage(RunnerMessage.Accounted.class, this::onAccounted)
        .onMessage(RunnerMessage.Written.class, this::onWritten)
        .onMessage(RunnerMessage.WriteOutputs.class, write -> finishWhenDone())
        .onMessage(RunnerMessage.Pause.class, this::onPause)
        .onMessage(RunnerMessage.FailNow.class, this::onFailNow)
        .onMessage(
            RunnerMessage.PauseOver.class, over -> batches(b -> b.goOn(StepGate.Reason.PAUSED)))
        .onMessage(RunnerMessage.Stop.class, this::onStop)
        .onSignal(PreRestart.class, signal -> releaseAll())
        .onSignal(PostStop.class, signal -> releaseAll())
        .build();
  }

  // ---- opening

  private Behavior<RunnerMessage> onBegin(RunnerMessage.Begin begin) {
    begin.run().session().tell(new SessionProtocol.RunnerStarted(ctx.getSystem().ignoreRef()));
    if (run == null) {
      run = begin.run();
      telling = SessionTelling.of(ctx.getSystem(), sessionId);
      journal = new RunnerJournal(ctx, sessionId, settings, run.session());
      SessionWork.Remaining work = run.remaining();
      Deadline.of(sessionId, work.workflow())
          .ifPresent(
              deadline ->
                  timers.startSingleTimer(
                      "deadline",
                      new RunnerMessage.DeadlinePassed(),
                      deadline.left(Instant.now())));
      fallback =
          new ModelFallback(
              ctx,
              recipes,
              models,
              new StandIns(
                  ctx.getSystem(), others.model(), models, recipes, settings.recordTimeout()),
              work);
      ctx.pipeToSelf(fallback.open(), RunnerMessage.Opened::new);
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onOpened(RunnerMessage.Opened opened) {
    if (run == null || batches != null) {
      return Behaviors.same();
    }
    if (opened.failure() != null) {
      Refusal why = ModelLookup.refusal(opened.failure());
      if (why == null) {
        throw new DomainFault(
            ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
            "Session "
                + sessionId
                + " cannot read its input: "
                + ModelLookup.cause(opened.failure()).getMessage(),
            opened.failure());
      }
      if (why.retryAfterMillis() > 0) {
        // It passes, and the session is durable: it is taken up again, or put off.
        ctx.getLog().info("session waits session={} code={}", sessionId, why.code());
        return Behaviors.stopped();
      }
      return fail(why);
    }
    recipe = opened.found().recipe();
    fallback.taken(opened.found());
    letters =
        new LetterBox(
            ctx, timers, sessionId, others.deadLetters(), recipe, settings.failurePause());
    SessionWork.Remaining remaining = run.remaining();
    StepGate gate = new StepGate();
    gate.close(StepGate.Reason.UNRESERVED);
    heapShare = heap.share(new HeapOwner.OfSession(sessionId), remaining.workClass());
    ActorRef<RunnerMessage> self = ctx.getSelf();
    heapShare.whenWanted(() -> self.tell(new RunnerMessage.HeapWanted()));
    BatchTelling told =
        new BatchTelling(telling, remaining, settings.batchDeadline(), System::nanoTime);
    batches =
        new SessionBatches(
            ctx,
            settings,
            others,
            new SessionBatches.Kind(
                sessionId,
                recipe,
                fallback,
                remaining.workClass(),
                batchDocuments(),
                heapShare,
                meter,
                told,
                gate,
                progress),
            journal,
            letters,
            jobs,
            this::fail,
            this::finishWhenDone);
    batches.holdModels();
    reservation.begin(
        RunnerReservation.wanted(sessionId, remaining, recipe),
        remaining.documents() < 0 ? batchCount(recipe.documents()) : remaining.pending().size());
    tellCreated(told, remaining);
    batches.degraded(opened.found());
    recipe
        .degradation()
        .ifPresent(
            what -> {
              new BatchFaults(ctx.getSystem(), sessionId)
                  .template(recipe.named().orElseThrow().id(), what);
              batches.degraded(what);
            });
    InForce.on(ctx.getSystem()).receipt().ifPresent(batches::degraded);
    addLetters(remaining.poisoned());
    if (remaining.documents() < 0) {
      journal.record(
          "its plan",
          replyTo -> new SessionProtocol.RecordPlan(recipe.documents(), batchDocuments(), replyTo),
          planned -> batches.add(planned.next()));
    } else {
      batches.add(remaining.pending());
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onReserving(RunnerMessage.Reserving told) {
    reservation.on(told);
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onRewound(RunnerMessage.Rewound told) {
    if (batches == null && run != null) {
      run = told.run();
    }
    return batches(b -> b.rewound(told.range(), told.run().remaining().pending()));
  }

  private void tellCreated(BatchTelling told, SessionWork.Remaining work) {
    told.created(
        batchCount(work.documents() < 0 ? recipe.documents() : work.documents()),
        () ->
            Deadline.of(sessionId, work.workflow())
                .map(deadline -> deadline.left(Instant.now()))
                .orElse(Duration.ZERO));
  }

  private int batchDocuments() {
    return run.remaining().workflow().batchDocuments();
  }

  private int batchCount(int documents) {
    return (documents + batchDocuments() - 1) / batchDocuments();
  }

  /** Of an incarnation that failed, if nothing is opened yet: the journal tells what it was. */
  private Behavior<RunnerMessage> batches(Consumer<SessionBatches> action) {
    if (batches != null && !failing) {
      action.accept(batches);
    }
    return Behaviors.same();
  }

  /** Nothing is worked on before all is open, nor once the outputs are written. */
  private Behavior<RunnerMessage> onTellProgress(RunnerMessage.TellProgress ask) {
    ask.replyTo()
        .tell(
            new ProgressDesk.Told(
                sessionId,
                heldUp.isEmpty() || !jobs.isEmpty()
                    ? RunnerProgress.of(jobs)
                    : RunnerProgress.ofOutputs(recipe.documents(), heldUp)));
    return Behaviors.same();
  }

  // ---- poison

  /** Poison that an earlier incarnation of the work found; a letter that is there stays. */
  private void addLetters(List<Integer> poisoned) {
    poisoned.forEach(
        index ->
            letters.add(
                index,
                "set aside before its runner was replaced; see 'mainstay journal explain "
                    + sessionId
                    + "'"));
  }

  private Behavior<RunnerMessage> onStoreLetter(RunnerMessage.StoreLetter letter) {
    if (letters != null) {
      letters.store(letter);
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onLetterStored(RunnerMessage.LetterStored letter) {
    if (letters == null) {
      return Behaviors.same();
    }
    letters.stored(letter);
    return finishWhenDone();
  }

  // ---- finishing

  private Behavior<RunnerMessage> finishWhenDone() {
    if (!finishing && batches.isEmpty() && letters.isEmpty()) {
      finishing = true;
      reservation.end();
      outputs.account(run.session());
    }
    return Behaviors.same();
  }

  /** The outputs are made from the journal alone: what this runner remembers may be stale. */
  private Behavior<RunnerMessage> onAccounted(RunnerMessage.Accounted accounted) {
    if (!finishing) {
      return Behaviors.same();
    }
    if (accounted.failure() != null) {
      return accountLater(accounted.failure());
    }
    accountsMissed = 0;
    logged = accounted.account().view().degradations();
    SessionWork.Remaining remaining = accounted.account().remaining();
    if (remaining.finished()) {
      return over();
    }
    addLetters(remaining.poisoned());
    if (!remaining.pending().isEmpty() || !letters.isEmpty()) {
      finishing = false;
      if (late) {
        return fail(Deadline.passed(run.remaining().workflow()));
      }
      batches.add(remaining.pending());
    } else {
      outputs.write(accounted.account(), batches.recipe(), batchDocuments());
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onWritten(RunnerMessage.Written written) {
    if (!finishing) {
      return Behaviors.same();
    }
    heldUp = "";
    if (written.failure() != null) {
      return writeLater(SessionOutputs.why(written.failure()));
    }
    // What the journal had before was logged when it happened.
    written.outputs().degradations().stream()
        .filter(what -> !logged.contains(what))
        .forEach(what -> ctx.getLog().warn("Degraded session={} what={}", sessionId, what));
    journal.record(
        "its outputs",
        replyTo ->
            new SessionProtocol.RecordOutputs(
                written.outputs().outputs(), written.outputs().degradations(), replyTo),
        recorded -> {});
    return Behaviors.same();
  }

  /** A full disk is waited out; any other cause fails the session when it stays. */
  private Behavior<RunnerMessage> writeLater(Refusal why) {
    writesFailed++;
    heldUp = why.code();
    if (!SessionOutputs.mayPass(why)) {
      writesRefused++;
      if (writesRefused >= settings.failuresMax()) {
        return fail(why);
      }
    }
    return finishLater(why, writesFailed);
  }

  private Behavior<RunnerMessage> accountLater(Throwable cause) {
    accountsMissed++;
    if (accountsMissed >= settings.failuresMax()) {
      throw new DomainFault(
          ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
          "Session "
              + sessionId
              + " did not say what its journal holds in "
              + accountsMissed
              + " tries of "
              + settings.recordTimeout(),
          cause);
    }
    return finishLater(cause, accountsMissed);
  }

  private Behavior<RunnerMessage> finishLater(Throwable cause, int tries) {
    ctx.getLog()
        .warn("Outputs not written, trying again session={} cause={}", sessionId, cause.toString());
    finishing = false;
    if (late) {
      return fail(Deadline.passed(run.remaining().workflow()));
    }
    timers.startSingleTimer(
        "outputs", new RunnerMessage.WriteOutputs(), settings.pauseAfter(tries));
    return Behaviors.same();
  }

  // ---- journal

  private Behavior<RunnerMessage> onRecorded(RunnerMessage.Recorded recorded) {
    if (recorded.failure() == null) {
      if (recorded.answer().finished()) {
        return over();
      }
      if (!failing || recorded.recording().what().equals(BatchCheckpoints.RECORD)) {
        recorded.then().accept(recorded.answer());
      }
      return Behaviors.same();
    }
    RunnerMessage.Recording recording = recorded.recording();
    if (recorded.failure() instanceof StatusReply.ErrorMessage refused
        && !recording.what().equals(FAILURE)) {
      return fail(
          Refusal.of(
              ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
              "The session refused " + recording.what() + ": " + refused.getMessage(),
              "Submit the input again"));
    }
    journal.again(recorded);
    return Behaviors.same();
  }

  /** The work cannot be done; the session says so from now on. */
  private Behavior<RunnerMessage> fail(Refusal why) {
    if (failing) {
      return Behaviors.same();
    }
    failing = true;
    new BatchFaults(ctx.getSystem(), sessionId).failed(why);
    jobs.leaveAll();
    RunnerMessage.FailNow failNow = new RunnerMessage.FailNow(why);
    if (batches == null) {
      return onFailNow(failNow);
    }
    // What was paid for can be gone on from: the session may be restarted.
    timers.startSingleTimer("fail", failNow, settings.checkpoints().saveBeforeAbort());
    ActorRef<RunnerMessage> self = ctx.getSelf();
    batches.checkpoints().save(jobs.all(), written -> self.tell(failNow));
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onFailNow(RunnerMessage.FailNow fail) {
    if (failed) {
      return Behaviors.same();
    }
    failed = true;
    timers.cancel("fail");
    Refusal why = fail.why();
    journal.record(
        FAILURE,
        replyTo ->
            new SessionProtocol.RecordFailure(why.code(), why.getMessage(), why.remedy(), replyTo),
        failed -> {});
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onCheckpointStored(RunnerMessage.CheckpointStored told) {
    if (batches != null) {
      batches.checkpoints().onStored(told);
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onPause(RunnerMessage.Pause pause) {
    if (batches == null || failing) {
      pause.saved().tell(new RunnerMessage.Saved(true));
    }
    return batches(b -> b.pause(pause.saved()));
  }

  /** Late pictures are of no use: the session fails as a whole, and delivers none. */
  private Behavior<RunnerMessage> onDeadlinePassed() {
    late = true;
    if (finishing || failing) {
      return Behaviors.same();
    }
    return fail(Deadline.passed(run.remaining().workflow()));
  }

  // ---- the end

  private Behavior<RunnerMessage> onStop(RunnerMessage.Stop stop) {
    return over();
  }

  private Behavior<RunnerMessage> over() {
    if (batches != null) {
      batches.release();
    }
    if (telling != null) {
      telling.over();
    }
    blocking.execute(
        () -> {
          try {
            others.artifacts().release(WorkOwner.of(sessionId));
          } catch (IOException kept) {
            // They cost disk only, until the releaser of leftovers comes by.
            ctx.getSystem()
                .log()
                .warn("Work not released session={} cause={}", sessionId, kept.toString());
          }
        });
    return Behaviors.stopped();
  }

  private Behavior<RunnerMessage> releaseAll() {
    reservation.release();
    jobs.releaseAll();
    if (heapShare != null) {
      heapShare.close();
    }
    return Behaviors.same();
  }
}
