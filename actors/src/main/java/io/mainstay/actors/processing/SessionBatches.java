package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.Session;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The batches of a session on their way: prepared, computed step by step, stored, journaled as
 * done. What a failure leads to is journaled too, and what the journal decides is done. Confined to
 * its runner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "workflows",
    fields = "plan",
    held = Session.class)
final class SessionBatches implements BatchTurns.Owner {
  /**
   * What a session's batches have in common.
   *
   * @param batchDocuments of the plan, part of the fingerprint
   * @param heap that the batches may take
   * @param meter told of each checkpoint
   * @param telling of how far they are
   * @param gate before each step
   */
  record Kind(
      String sessionId,
      Recipe recipe,
      ModelFallback fallback,
      WorkClass workClass,
      int batchDocuments,
      HeapBudget.Share heap,
      CheckpointMeter meter,
      BatchTelling telling,
      StepGate gate,
      ProgressWatch progress) {}

  private final ActorContext<RunnerMessage> ctx;
  private final ProcessingSettings.Runner settings;
  private final ProcessingCollaborators others;
  private final RunnerJournal journal;
  private final LetterBox letters;
  private final JobBoard jobs;
  private final BatchTurns turns;
  private final BatchCheckpoints checkpoints;
  private final Consumer<Refusal> fail;
  private final Runnable idle;
  private final BatchFaults faults;
  private final Kind kind;
  private Recipe recipe;
  private final Executor blocking;
  private final TreeMap<Integer, SessionWork.Pending> pending = new TreeMap<>();
  // Whose step is taken up beside the runner; they go on by themselves.
  private final Set<BatchJob> stepping = new HashSet<>();
  private final StepGate gate;

  /**
   * @param fail called when a batch cannot be done, so that the session cannot either
   * @param idle called whenever the window was filled and nothing may be left to do
   */
  SessionBatches(
      ActorContext<RunnerMessage> ctx,
      ProcessingSettings.Runner settings,
      ProcessingCollaborators others,
      Kind kind,
      RunnerJournal journal,
      LetterBox letters,
      JobBoard jobs,
      Consumer<Refusal> fail,
      Runnable idle) {
    this.ctx = ctx;
    this.settings = settings;
    this.others = others;
    this.kind = kind;
    this.faults = new BatchFaults(ctx.getSystem(), kind.sessionId());
    this.recipe = kind.recipe();
    this.gate = kind.gate();
    this.journal = journal;
    this.letters = letters;
    this.jobs = jobs;
    this.fail = fail;
    this.idle = idle;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.turns = new BatchTurns(ctx, settings, others.inference(), journal, jobs, kind, this);
    this.checkpoints =
        new BatchCheckpoints(
            ctx,
            kind.sessionId(),
            settings.checkpoints(),
            kind.meter(),
            others.artifacts(),
            others.checkpointHolds(),
            journal,
            jobs,
            this::onReplaced);
  }

  /** Whoever brings its steps to workers. */
  BatchTurns turns() {
    return turns;
  }

  /** Whoever keeps its checkpoints. */
  BatchCheckpoints checkpoints() {
    return checkpoints;
  }

  /** Of the batches that begin now: after a fallback another than at first. */
  Recipe recipe() {
    return recipe;
  }

  /** Its models stay loaded as long as the runner lives. */
  void holdModels() {
    for (ModelDescriptor used : recipe.models()) {
      others
          .model()
          .tell(new ModelCommand.Hold(used.id(), "session " + kind.sessionId(), ctx.getSelf()));
    }
  }

  /** True when nothing is pending and nothing is worked on. */
  boolean isEmpty() {
    return pending.isEmpty() && jobs.isEmpty();
  }

  /** More to do; what is pending already stays. */
  void add(List<SessionWork.Pending> more) {
    more.forEach(batch -> pending.put(batch.range().from(), batch));
    fillWindow();
  }

  private void fillWindow() {
    while (jobs.size() < settings.window() && !pending.isEmpty()) {
      BatchJob job = jobs.begin(pending.pollFirstEntry().getValue());
      checkpoints.begin(job);
      prepare(job);
    }
    idle.run();
  }

  // ---- steps

  private void prepare(BatchJob job) {
    Recipe now = recipe;
    ActorRef<RunnerMessage> self = ctx.getSelf();
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(() -> now.heapBytes(job.range()), blocking)
            .thenCompose(
                bytes -> {
                  CompletionStage<Void> granted = kind.heap().acquire(job, bytes);
                  if (!granted.toCompletableFuture().isDone()) {
                    self.tell(new RunnerMessage.AwaitsHeap(job, bytes));
                  }
                  return granted;
                })
            .thenApplyAsync(
                granted -> BatchStart.of(now, others.artifacts(), job.origin()), blocking),
        (start, failure) -> new RunnerMessage.Prepared(job, start, failure));
  }

  void onAwaitsHeap(RunnerMessage.AwaitsHeap told) {
    BatchJob job = told.job();
    if (jobs.holds(job) && job.program() == null) {
      job.awaitsHeap();
      jobs.watchHeap(job, told.bytes(), settings.heapPatience());
    }
  }

  void onHeapOverdue(RunnerMessage.HeapOverdue overdue) {
    BatchJob job = overdue.job();
    if (jobs.holds(job) && job.isAwaitingHeap()) {
      ctx.getLog()
          .warn(
              "Batch waits for heap session={} range={} class={} bytes={} granted={} budget={};"
                  + " raise the JVM's -Xmx, or mainstay.processing.pictures.heap-share-max",
              kind.sessionId(),
              job.range(),
              kind.workClass(),
              overdue.bytes(),
              kind.heap().granted(),
              kind.heap().budget());
      jobs.watchHeap(job, overdue.bytes(), settings.heapPatience());
    }
  }

  /** A higher class waits for at most what is begun: the rest is prepared again after it. */
  void onHeapWanted() {
    if (kind.heap().isWanted()) {
      jobs.all().stream()
          .filter(job -> job.isIdle() || job.isUnbegun() && gate.holds(job))
          .forEach(this::prepareLater);
    }
  }

  private void prepareLater(BatchJob job) {
    jobs.leave(job);
    gate.forget(job);
    job.unprepared();
    kind.heap().release(job);
    prepare(job);
  }

  void onPrepared(RunnerMessage.Prepared prepared) {
    BatchJob job = prepared.job();
    if (!jobs.holds(job)) {
      kind.heap().release(job);
      return;
    }
    if (job.isAwaitingHeap()) {
      jobs.heapGranted(job);
    }
    if (prepared.failure() == null) {
      begin(job, prepared.start());
      onHeapWanted();
      return;
    }
    job.noHeapAwaited();
    Throwable cause = ModelLookup.cause(prepared.failure());
    if (cause instanceof UncheckedIOException) {
      tryAgain(
          job,
          false,
          Refusal.of(
              ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
              "The input of batch " + job.range() + " cannot be read: " + cause.getMessage(),
              "Check the disk with 'mainstay journal verify', then submit the input again"));
    } else {
      reject(job, "it could not be prepared: " + cause.getMessage());
    }
  }

  private void begin(BatchJob job, BatchStart start) {
    job.prepared(start);
    kind.telling().begun(job);
    advance(job);
  }

  /** Said once something is computed again: before that, another recipe may use the checkpoint. */
  private void sayIfBegunAnew(BatchJob job) {
    if (!job.unusable().isEmpty()) {
      BatchStart start = job.started();
      String what =
          "checkpoint_unusable: documents %d to %d %s, because their checkpoint cannot be used: %s"
              .formatted(
                  job.range().from(),
                  job.range().to() - 1,
                  start.step() == 0 ? "begin anew" : "go on from step " + start.step(),
                  start.unusable());
      ctx.getLog().warn("Checkpoint not used session={} what={}", kind.sessionId(), what);
      degraded(what, "");
      if (start.step() == 0) {
        faults.noCheckpoint(what);
      }
      restored(job, start);
    }
  }

  /** The journal has it too, so that later checkpoints count, and the next life does not try it. */
  private void restored(BatchJob job, BatchStart start) {
    journal.record(
        "a restoration",
        replyTo ->
            new SessionProtocol.RecordRestoration(
                job.range(),
                start.step(),
                start.from() == null ? "" : start.from().sha256(),
                start.lost(),
                "the checkpoint before cannot be used: " + start.unusable(),
                false,
                false,
                replyTo),
        recorded -> {});
  }

  /** The journal has it go on from another checkpoint: what is computed of it is of no use. */
  void rewound(DocumentRange range, List<SessionWork.Pending> fresh) {
    for (BatchJob job : jobs.all()) {
      if (job.range().equals(range)) {
        jobs.leave(job);
        end(job);
        checkpoints.release(job, fresh);
      }
    }
    add(fresh.stream().filter(batch -> batch.range().equals(range)).toList());
  }

  /** What stands in for its model, if that is so. */
  void degraded(StandIns.Found found) {
    if (!found.degradation().isEmpty()) {
      ctx.getLog().warn("Degraded session={} what={}", kind.sessionId(), found.degradation());
      degraded(found.degradation(), found.standIn());
    }
  }

  /** What a mode of the node does to the session. */
  void degraded(String receipt) {
    degraded(receipt, "");
  }

  /** The user learns of it, whatever becomes of the session. */
  private void degraded(String what, String standIn) {
    journal.record(
        "a degradation",
        replyTo -> new SessionProtocol.RecordDegradation(what, standIn, replyTo),
        recorded -> {});
  }

  private void advance(BatchJob job) {
    if (job.program().next() instanceof BatchProgram.Next.Compute step) {
      if (!gate.keeps(job)) {
        turns.compute(job, step);
        checkpoints.consider(job);
      }
    } else {
      jobs.leave(job);
      store(job);
    }
  }

  @Override
  public void onResult(BatchJob job, InferenceResult result) {
    kind.progress().made();
    BatchProgram program = job.program();
    if (program.slow()) {
      stepping.add(job);
      ctx.pipeToSelf(
          CompletableFuture.supplyAsync(() -> program.computed(result), blocking),
          (next, failure) -> new RunnerMessage.Stepped(job, next, failure));
      return;
    }
    BatchProgram next;
    try {
      next = program.computed(result);
    } catch (Refusal unusable) {
      onUnusable(job, unusable);
      return;
    }
    stepped(job, next);
  }

  void onStepped(RunnerMessage.Stepped stepped) {
    stepping.remove(stepped.job());
    if (!jobs.holds(stepped.job())) {
      return;
    }
    if (stepped.failure() == null) {
      stepped(stepped.job(), stepped.program());
    } else {
      Throwable cause = ModelLookup.cause(stepped.failure());
      onUnusable(
          stepped.job(), Refusal.from(cause, ErrorNames.POSTPROCESSING_ENGINE_FAILURE.code()));
    }
  }

  private void stepped(BatchJob job, BatchProgram next) {
    job.stepped(next);
    kind.telling().stepped(job, pending.size() + jobs.size());
    sayIfBegunAnew(job);
    advance(job);
  }

  /** The same step may give better numbers; if it does not, they are of these documents. */
  private void onUnusable(BatchJob job, Refusal why) {
    faults.unusable(job, why);
    jobs.leave(job);
    job.failed();
    if (job.failures() >= settings.failuresMax()) {
      reject(job, why.code() + ": " + why.getMessage());
    } else {
      rest(job, why);
    }
  }

  /**
   * The devices are wanted back, and no turn is asked for; what is computed stays, and goes on
   * unless it is stopped.
   *
   * @param saved told when it is also journaled
   */
  void pause(ActorRef<RunnerMessage.Saved> saved) {
    gate.close(StepGate.Reason.PAUSED);
    for (BatchJob job : jobs.all()) {
      if (!job.turnId().isEmpty()) {
        jobs.leave(job);
        job.gaveBack();
        if (!stepping.contains(job)) {
          gate.keeps(job);
        }
      }
    }
    jobs.pause(settings.recordTimeout().plus(settings.checkpoints().saveBeforeAbort()));
    checkpoints.save(jobs.all(), written -> saved.tell(new RunnerMessage.Saved(written)));
  }

  /** There is no such reason to wait any more. */
  void goOn(StepGate.Reason reason) {
    gate.open(reason).forEach(this::onTryAgain);
  }

  // ---- results

  private void store(BatchJob job) {
    ctx.askWithStatus(
        BlobRef.class,
        others.postprocessing(),
        settings.batchDeadline(),
        (ActorRef<StatusReply<BlobRef>> replyTo) ->
            recipe.store(WorkOwner.of(kind.sessionId()), job.range(), job.program(), replyTo),
        (blob, failure) -> new RunnerMessage.Stored(job, blob, failure));
  }

  void onStored(RunnerMessage.Stored stored) {
    BatchJob job = stored.job();
    if (!jobs.holds(job)) {
      // Of an incarnation that failed: the batch is pending, and computed again.
      return;
    }
    if (stored.failure() != null) {
      // A full disk is waited out; all else, such as numbers that nobody can use, is counted, and
      // computed again.
      Refusal why = SessionOutputs.why(stored.failure());
      boolean mayPass = SessionOutputs.mayPass(why);
      if (!mayPass) {
        job.beginAnew();
      }
      tryAgain(job, mayPass, why);
      return;
    }
    journal.record(
        "a result",
        replyTo ->
            new SessionProtocol.RecordBatch(
                job.range(),
                stored.result().sha256(),
                Fingerprint.joined(job.fingerprints(), kind.batchDocuments()),
                job.dispatched().deviceId(),
                job.dispatched().epoch(),
                job.computeMicros(),
                replyTo),
        recorded -> {
          kind.telling().stored(job, stored.result(), pending.size() + jobs.size() - 1);
          onReplaced(job, List.of());
        });
  }

  /** The job is over; these batches, if any, stand in its place. */
  @Override
  public void onReplaced(BatchJob job, List<SessionWork.Pending> next) {
    end(job);
    checkpoints.release(job, next);
    add(next);
  }

  private void end(BatchJob job) {
    jobs.end(job);
    kind.heap().release(job);
    kind.telling().gone(job);
    gate.forget(job);
    stepping.remove(job);
  }

  /** The session is over. */
  void release() {
    checkpoints.releaseAll();
  }

  // ---- failures

  @Override
  public void onInterrupted(BatchJob job, TurnReply.Outcome.Interrupted death) {
    journal.record(
        "an interruption",
        replyTo ->
            new SessionProtocol.RecordInterruption(
                job.range(),
                death.deviceId(),
                death.epoch(),
                death.reason(),
                death.cause(),
                job.program().progress().done(),
                replyTo),
        decided -> onDecided(job, decided, death.reason()));
  }

  @Override
  public void onFault(BatchJob job, WorkerFault fault) {
    faults.fault(job, fault);
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
    List<SessionWork.Pending> next = decided.next();
    if (jobs.holds(job) && next.size() == 1 && next.get(0).range().equals(job.range())) {
      // The same batch again: what it has computed so far is in our memory.
      if (next.get(0).deaths() > 0) {
        job.suspect();
      }
      onTryAgain(job);
    } else {
      onReplaced(job, next);
    }
  }

  @Override
  public void onRefused(BatchJob job, Refusal why) {
    boolean busy = why.code().equals("busy");
    if (busy || job.refused() < settings.fallbackAfter()) {
      tryAgain(job, busy, why);
      kind.progress().refused(jobs.all().stream().anyMatch(this::isUnderWay));
      return;
    }
    BatchProgram program = job.program();
    String modelId = job.modelId();
    Recipe now = recipe;
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> now.without(program, modelId, "no device can load it: " + why.getMessage()),
            blocking),
        (without, failure) ->
            new RunnerMessage.Replaced(job, failure == null ? without : Optional.empty(), why));
  }

  private boolean isUnderWay(BatchJob job) {
    return !job.turnId().isEmpty() || stepping.contains(job);
  }

  /** What the program has at hand itself, else another model where nothing is computed yet. */
  void onReplacedModel(RunnerMessage.Replaced told) {
    BatchJob job = told.job();
    if (!jobs.holds(job)) {
      return;
    }
    if (told.program().isPresent()) {
      job.instead(told.program().get());
      advance(job);
    } else if (kind.fallback().mayReplace(job.modelId()) && job.isUntouched()) {
      kind.fallback().find(job, told.why());
    } else if (job.isUntouched() && recipe != job.recipe()) {
      // Another batch found something else meanwhile.
      prepare(job);
    } else {
      tryAgain(job, false, told.why());
    }
  }

  void onFellBack(RunnerMessage.FellBack told) {
    BatchJob job = told.job();
    if (told.failure() != null) {
      if (jobs.holds(job)) {
        tryAgain(job, false, told.why());
      }
      return;
    }
    recipe = told.found().recipe();
    kind.fallback().taken(told.found());
    holdModels();
    degraded(told.found());
    if (jobs.holds(job)) {
      prepare(job);
    }
  }

  @Override
  public void onOverdue(BatchJob job, Refusal why) {
    tryAgain(job, false, why);
  }

  /** Tries the batch again after a pause; beyond the bound the session fails with that cause. */
  private void tryAgain(BatchJob job, boolean free, Refusal why) {
    if (free) {
      job.delayed();
    } else {
      job.failed();
    }
    if (!free && job.failures() >= settings.failuresMax()) {
      faults.givenUp(job.range(), job.failures(), why);
      fail.accept(why);
    } else {
      rest(job, why);
    }
  }

  private void rest(BatchJob job, Refusal why) {
    ctx.getLog()
        .info(
            "Batch is tried again session={} range={} code={} cause={}",
            kind.sessionId(),
            job.range(),
            why.code(),
            why.getMessage());
    jobs.rest(job, settings.pauseAfter(job.tries()));
  }

  void onTryAgain(BatchJob job) {
    if (!jobs.holds(job)) {
      return;
    }
    if (job.program() == null) {
      prepare(job);
    } else {
      advance(job);
    }
  }
}
