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
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.inference.TextModel;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.WorkerFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries one session out, beside the devices. Everything it knows comes from the journal, so it
 * may end at any point and another goes on. For each batch: tokenize, ask for a turn, journal the
 * dispatch, compute, store the result, journal it. A batch whose worker died is journaled and what
 * the journal decides is done: again, its halves, or the dead letters.
 *
 * <p>States: new, opening (reads input and model), working, finishing (writes the outputs).
 */
final class SessionRunner {
  private static final int PAUSE_DOUBLINGS_MAX = 6;
  private static final String FAILURE = "its failure";

  private final ActorContext<RunnerMessage> ctx;
  private final TimerScheduler<RunnerMessage> timers;
  private final String sessionId;
  private final ProcessingSettings.Runner settings;
  private final RunnerInput input;
  private final ProcessingCollaborators others;
  private final Executor blocking;
  private final SessionOutputs outputs;
  private final ActorRef<TurnReply.Outcome> outcomes;
  private final TreeMap<Integer, SessionWork.Pending> pending = new TreeMap<>();
  private final JobBoard jobs;
  private RunnerJournal journal;
  private LetterBox letters;
  private SessionWork.Run run;
  private TextDocuments documents;
  private TextModel model;
  private boolean finishing;
  private int outputFailures;

  private SessionRunner(
      ActorContext<RunnerMessage> ctx,
      TimerScheduler<RunnerMessage> timers,
      String sessionId,
      ProcessingSettings settings,
      ProcessingCollaborators others) {
    this.ctx = ctx;
    this.timers = timers;
    this.sessionId = sessionId;
    this.settings = settings.runner();
    this.others = others;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.input = new RunnerInput(settings.limits(), others);
    this.outputs = new SessionOutputs(ctx, sessionId, settings.runner(), others);
    this.jobs =
        new JobBoard(ctx, timers, sessionId, others.inference(), this.settings.turnPatience());
    this.outcomes = ctx.messageAdapter(TurnReply.Outcome.class, RunnerMessage.Ended::new);
  }

  /** A runner of that session; it waits for {@link RunnerMessage.Begin}. */
  static Behavior<RunnerMessage> create(
      String sessionId, ProcessingSettings settings, ProcessingCollaborators others) {
    AtomicBoolean restarted = new AtomicBoolean();
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  if (restarted.getAndSet(true)) {
                    // What the failed incarnation was told is stale: the journal knows better.
                    others.sessions().apply(sessionId).tell(new SessionProtocol.Continue());
                  }
                  return new SessionRunner(ctx, timers, sessionId, settings, others).running();
                }));
  }

  private Behavior<RunnerMessage> running() {
    return Behaviors.receive(RunnerMessage.class)
        .onMessage(RunnerMessage.Begin.class, this::onBegin)
        .onMessage(RunnerMessage.Opened.class, this::onOpened)
        .onMessage(RunnerMessage.Encoded.class, this::onEncoded)
        .onMessage(RunnerMessage.Turn.class, this::onTurn)
        .onMessage(RunnerMessage.Ended.class, this::onEnded)
        .onMessage(RunnerMessage.TurnOverdue.class, this::onTurnOverdue)
        .onMessage(RunnerMessage.Stored.class, this::onStored)
        .onMessage(RunnerMessage.TryAgain.class, again -> onTryAgain(again.job()))
        .onMessage(RunnerMessage.Recorded.class, this::onRecorded)
        .onMessage(RunnerMessage.StoreLetter.class, this::onStoreLetter)
        .onMessage(RunnerMessage.LetterStored.class, this::onLetterStored)
        .onMessage(RunnerMessage.Accounted.class, this::onAccounted)
        .onMessage(RunnerMessage.Written.class, this::onWritten)
        .onMessage(RunnerMessage.WriteOutputs.class, write -> finishWhenDone())
        .onMessage(RunnerMessage.Stop.class, this::onStop)
        .onSignal(PreRestart.class, signal -> releaseTurns())
        .onSignal(PostStop.class, signal -> releaseTurns())
        .build();
  }

  // ---- opening

  private Behavior<RunnerMessage> onBegin(RunnerMessage.Begin begin) {
    begin.run().session().tell(new SessionProtocol.RunnerStarted(ctx.getSystem().ignoreRef()));
    if (run == null) {
      run = begin.run();
      journal = new RunnerJournal(ctx, sessionId, settings, run.session());
      ctx.pipeToSelf(
          input.open(ctx, run.remaining()),
          (opened, failure) ->
              failure == null
                  ? new RunnerMessage.Opened(opened.documents(), opened.model(), null)
                  : new RunnerMessage.Opened(null, null, failure));
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onOpened(RunnerMessage.Opened opened) {
    if (opened.failure() != null) {
      Refusal why = RunnerInput.refusal(opened.failure());
      if (why == null) {
        throw new DomainFault(
            ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
            "Session " + sessionId + " cannot read its input: " + opened.failure().getMessage(),
            opened.failure());
      }
      return fail(why);
    }
    documents = opened.documents();
    model = opened.model();
    letters =
        new LetterBox(
            ctx, timers, sessionId, others.deadLetters(), documents, settings.failurePause());
    SessionWork.Remaining remaining = run.remaining();
    addLetters(remaining.poisoned());
    if (remaining.documents() < 0) {
      journal.record(
          "its plan",
          replyTo -> new SessionProtocol.RecordPlan(documents.count(), batchDocuments(), replyTo),
          planned -> add(planned.next()));
    } else {
      add(remaining.pending());
    }
    return Behaviors.same();
  }

  private int batchDocuments() {
    return ((Workflow.TextEmbedding) run.remaining().workflow()).batchDocuments();
  }

  // ---- batches

  private void add(List<SessionWork.Pending> more) {
    more.forEach(batch -> pending.put(batch.range().from(), batch));
    fillWindow();
  }

  private void fillWindow() {
    while (jobs.size() < settings.window() && !pending.isEmpty()) {
      BatchJob job = jobs.begin(pending.pollFirstEntry().getValue());
      List<String> texts = documents.texts(job.range().from(), job.range().to());
      ctx.pipeToSelf(
          CompletableFuture.supplyAsync(() -> model.encode(texts), blocking),
          (tokens, failure) -> new RunnerMessage.Encoded(job, tokens, failure));
    }
    finishWhenDone();
  }

  private Behavior<RunnerMessage> onEncoded(RunnerMessage.Encoded encoded) {
    if (!jobs.holds(encoded.job())) {
      return Behaviors.same();
    }
    if (encoded.failure() != null) {
      reject(encoded.job(), "it could not be tokenized: " + encoded.failure().getMessage());
    } else {
      encoded.job().encoded(encoded.tokens());
      askForTurn(encoded.job());
    }
    return Behaviors.same();
  }

  private void askForTurn(BatchJob job) {
    jobs.askForTurn(job, model.descriptor().id(), run.remaining().workClass());
  }

  private Behavior<RunnerMessage> onTurn(RunnerMessage.Turn turn) {
    if (turn.reply() instanceof TurnReply.Granted granted) {
      BatchJob job = jobs.of(granted.turnId());
      if (job == null || job.granted() != null) {
        if (job == null) {
          jobs.release(granted.turnId());
        }
        return Behaviors.same();
      }
      jobs.granted(job, granted);
      journal.record(
          "a dispatch",
          replyTo ->
              new SessionProtocol.RecordDispatch(
                  job.range(), granted.deviceId(), granted.epoch(), replyTo),
          dispatched -> onDispatched(job, granted, dispatched));
    } else if (turn.reply() instanceof TurnReply.Refused refused) {
      BatchJob job = jobs.turnOver(refused.turnId());
      if (job != null) {
        boolean busy = refused.code().equals("busy");
        tryAgain(job, busy, Refusal.of(refused.code(), refused.message(), refused.remedy()));
      }
    }
    return Behaviors.same();
  }

  private void onDispatched(
      BatchJob job, TurnReply.Granted granted, SessionProtocol.Recorded dispatched) {
    if (dispatched.attempt() == 0) {
      // Its result, its halves or its poisoning are in the journal already.
      jobs.release(granted.turnId());
      replace(job, dispatched.next());
      return;
    }
    others
        .inference()
        .tell(
            new InferenceCommand.UseTurn(
                granted.turnId(),
                model.call(
                    job.tokens(),
                    settings.batchDeadline(),
                    1 + run.remaining().workClass().ordinal()),
                outcomes));
    jobs.watch(job, settings.batchDeadline().plus(settings.recordTimeout()));
  }

  private Behavior<RunnerMessage> onTurnOverdue(RunnerMessage.TurnOverdue overdue) {
    BatchJob job = jobs.of(overdue.turnId());
    if (job != null && job.granted() == null) {
      jobs.askAgain(job, model.descriptor().id(), run.remaining().workClass());
    } else if (job != null) {
      jobs.release(overdue.turnId());
      jobs.turnOver(overdue.turnId());
      tryAgain(
          job,
          false,
          Refusal.of(
              ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
              "Batch " + job.range() + " was not answered within " + settings.batchDeadline(),
              "Raise mainstay.processing.runner.batch-deadline, or use smaller batches"));
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onEnded(RunnerMessage.Ended ended) {
    TurnReply.Outcome outcome = ended.outcome();
    if (outcome instanceof TurnReply.Outcome.Done done) {
      withJob(done.turnId(), job -> store(job, done));
    } else if (outcome instanceof TurnReply.Outcome.Failed failed) {
      withJob(failed.turnId(), job -> onFault(job, failed.fault()));
    } else if (outcome instanceof TurnReply.Outcome.Interrupted interrupted) {
      withJob(interrupted.turnId(), job -> onInterrupted(job, interrupted));
    } else if (outcome instanceof TurnReply.Outcome.NotSent notSent) {
      withJob(notSent.turnId(), this::askForTurn);
    }
    return Behaviors.same();
  }

  private void withJob(String turnId, Consumer<BatchJob> action) {
    BatchJob job = jobs.turnOver(turnId);
    if (job != null) {
      action.accept(job);
    }
  }

  private void store(BatchJob job, TurnReply.Outcome.Done done) {
    job.computed(TimeUnit.NANOSECONDS.toMicros(done.result().compute().toNanos()));
    ctx.askWithStatus(
        BlobRef.class,
        others.postprocessing(),
        settings.batchDeadline(),
        (ActorRef<StatusReply<BlobRef>> replyTo) ->
            new PostprocessingCommand.StoreEmbeddings(
                WorkOwner.of(sessionId),
                "embeddings-" + job.range().from() + "-" + job.range().to(),
                done.result().outputs().get(0),
                job.tokens().tokenCounts(),
                replyTo),
        (blob, failure) -> new RunnerMessage.Stored(job, blob, failure));
  }

  private Behavior<RunnerMessage> onStored(RunnerMessage.Stored stored) {
    BatchJob job = stored.job();
    if (!jobs.holds(job)) {
      // Of an incarnation that failed: the batch is pending, and computed again.
      return Behaviors.same();
    }
    if (stored.failure() != null) {
      // A full disk is waited out; all else, such as numbers that nobody can use, is counted.
      Refusal why = Refusal.from(stored.failure(), ErrorNames.POSTPROCESSING_ENGINE_FAILURE.code());
      tryAgain(job, SessionOutputs.mayPass(why), why);
      return Behaviors.same();
    }
    String fingerprint = Fingerprint.withPlan(job.granted().fingerprint(), batchDocuments());
    journal.record(
        "a result",
        replyTo ->
            new SessionProtocol.RecordBatch(
                job.range(),
                stored.result().sha256(),
                fingerprint,
                job.granted().deviceId(),
                job.granted().epoch(),
                job.computeMicros(),
                replyTo),
        recorded -> replace(job, List.of()));
    return Behaviors.same();
  }

  /** The job is over; these batches, if any, stand in its place. */
  private void replace(BatchJob job, List<SessionWork.Pending> next) {
    jobs.end(job);
    add(next);
  }

  private void onInterrupted(BatchJob job, TurnReply.Outcome.Interrupted death) {
    journal.record(
        "an interruption",
        replyTo ->
            new SessionProtocol.RecordInterruption(
                job.range(),
                death.deviceId(),
                death.epoch(),
                death.reason(),
                death.cause(),
                replyTo),
        decided -> onDecided(job, decided, death.reason()));
  }

  private void onFault(BatchJob job, WorkerFault fault) {
    FaultVerdict verdict = FaultVerdict.of(fault);
    if (verdict == FaultVerdict.REJECT) {
      reject(job, fault.code() + ": " + fault.message());
    } else {
      tryAgain(
          job,
          verdict == FaultVerdict.TRY_AGAIN,
          Refusal.of(
              ErrorNames.INFERENCE_ENGINE_FAILURE,
              "Batch " + job.range() + " failed: " + fault.code() + ", " + fault.message(),
              "Look at 'mainstay devices' and the node's log, then submit again"));
    }
  }

  private void reject(BatchJob job, String reason) {
    journal.record(
        "a rejection",
        replyTo -> new SessionProtocol.RecordRejection(job.range(), reason, replyTo),
        decided -> onDecided(job, decided, reason));
  }

  private void onDecided(BatchJob job, SessionProtocol.Recorded decided, String reason) {
    if (decided.poisoned()) {
      letters.add(job.range().from(), reason);
    }
    replace(job, decided.next());
  }

  /** Tries the batch again after a pause; beyond the bound the session fails with that cause. */
  private void tryAgain(BatchJob job, boolean free, Refusal why) {
    int failures = job.failed();
    if (!free && failures >= settings.failuresMax()) {
      fail(why);
    } else {
      ctx.getLog()
          .info(
              "Batch is tried again session={} range={} code={} cause={}",
              sessionId,
              job.range(),
              why.code(),
              why.getMessage());
      jobs.rest(job, pauseAfter(failures));
    }
  }

  private Behavior<RunnerMessage> onTryAgain(BatchJob job) {
    if (jobs.holds(job)) {
      askForTurn(job);
    }
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
    letters.store(letter);
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onLetterStored(RunnerMessage.LetterStored letter) {
    letters.stored(letter);
    return finishWhenDone();
  }

  // ---- finishing

  private Behavior<RunnerMessage> finishWhenDone() {
    if (!finishing && pending.isEmpty() && jobs.isEmpty() && letters.isEmpty()) {
      finishing = true;
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
    SessionWork.Remaining remaining = accounted.account().remaining();
    if (remaining.finished()) {
      return over();
    }
    addLetters(remaining.poisoned());
    if (!remaining.pending().isEmpty() || !letters.isEmpty()) {
      finishing = false;
      add(remaining.pending());
    } else {
      outputs.write(accounted.account(), model.descriptor(), batchDocuments());
    }
    return Behaviors.same();
  }

  private Behavior<RunnerMessage> onWritten(RunnerMessage.Written written) {
    if (!finishing) {
      return Behaviors.same();
    }
    if (written.failure() != null) {
      return writeLater(
          Refusal.from(written.failure(), ErrorNames.POSTPROCESSING_ENGINE_FAILURE.code()));
    }
    written
        .outputs()
        .degradations()
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
    outputFailures++;
    if (!SessionOutputs.mayPass(why) && outputFailures >= settings.failuresMax()) {
      return fail(why);
    }
    return finishLater(why);
  }

  private Behavior<RunnerMessage> accountLater(Throwable cause) {
    outputFailures++;
    if (outputFailures >= settings.failuresMax()) {
      throw new DomainFault(
          ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
          "Session "
              + sessionId
              + " did not say what its journal holds in "
              + outputFailures
              + " tries of "
              + settings.recordTimeout(),
          cause);
    }
    return finishLater(cause);
  }

  private Behavior<RunnerMessage> finishLater(Throwable cause) {
    ctx.getLog()
        .warn("Outputs not written, trying again session={} cause={}", sessionId, cause.toString());
    finishing = false;
    timers.startSingleTimer(
        "outputs", new RunnerMessage.WriteOutputs(), pauseAfter(outputFailures));
    return Behaviors.same();
  }

  private Duration pauseAfter(int failures) {
    return settings.failurePause().multipliedBy(1L << Math.min(failures - 1, PAUSE_DOUBLINGS_MAX));
  }

  // ---- journal

  private Behavior<RunnerMessage> onRecorded(RunnerMessage.Recorded recorded) {
    if (recorded.failure() == null) {
      if (recorded.answer().finished()) {
        return over();
      }
      recorded.then().accept(recorded.answer());
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
    journal.record(
        FAILURE,
        replyTo ->
            new SessionProtocol.RecordFailure(why.code(), why.getMessage(), why.remedy(), replyTo),
        failed -> {});
    return Behaviors.same();
  }

  // ---- the end

  private Behavior<RunnerMessage> onStop(RunnerMessage.Stop stop) {
    return over();
  }

  private Behavior<RunnerMessage> over() {
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

  private Behavior<RunnerMessage> releaseTurns() {
    jobs.releaseAll();
    return Behaviors.same();
  }
}
