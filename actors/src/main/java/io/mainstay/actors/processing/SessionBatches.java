package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.inference.TextModel;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.WorkerFault;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The batches of a session on their way through the devices: tokenized, given a turn, journaled as
 * dispatched, computed, stored, journaled as done. What a failure leads to is journaled too, and
 * what the journal decides is done. Confined to its runner.
 */
final class SessionBatches {
  /**
   * What a session's batches have in common.
   *
   * @param batchDocuments of the plan, part of the fingerprint
   */
  record Kind(
      String sessionId,
      TextDocuments documents,
      TextModel model,
      WorkClass workClass,
      int batchDocuments) {}

  private final ActorContext<RunnerMessage> ctx;
  private final ProcessingSettings.Runner settings;
  private final ProcessingCollaborators others;
  private final RunnerJournal journal;
  private final LetterBox letters;
  private final JobBoard jobs;
  private final Consumer<Refusal> fail;
  private final Runnable idle;
  private final String sessionId;
  private final TextDocuments documents;
  private final TextModel model;
  private final WorkClass workClass;
  private final int batchDocuments;
  private final Executor blocking;
  private final ActorRef<TurnReply.Outcome> outcomes;
  private final TreeMap<Integer, SessionWork.Pending> pending = new TreeMap<>();

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
    this.journal = journal;
    this.letters = letters;
    this.jobs = jobs;
    this.fail = fail;
    this.idle = idle;
    this.sessionId = kind.sessionId();
    this.documents = kind.documents();
    this.model = kind.model();
    this.workClass = kind.workClass();
    this.batchDocuments = kind.batchDocuments();
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.outcomes = ctx.messageAdapter(TurnReply.Outcome.class, RunnerMessage.Ended::new);
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
      List<String> texts = documents.texts(job.range().from(), job.range().to());
      ctx.pipeToSelf(
          CompletableFuture.supplyAsync(() -> model.encode(texts), blocking),
          (tokens, failure) -> new RunnerMessage.Encoded(job, tokens, failure));
    }
    idle.run();
  }

  void onEncoded(RunnerMessage.Encoded encoded) {
    if (!jobs.holds(encoded.job())) {
      return;
    }
    if (encoded.failure() != null) {
      reject(encoded.job(), "it could not be tokenized: " + encoded.failure().getMessage());
    } else {
      encoded.job().encoded(encoded.tokens());
      askForTurn(encoded.job());
    }
  }

  private void askForTurn(BatchJob job) {
    jobs.askForTurn(job, model.descriptor().id(), workClass);
  }

  void onTurn(RunnerMessage.Turn turn) {
    if (turn.reply() instanceof TurnReply.Granted granted) {
      BatchJob job = jobs.of(granted.turnId());
      if (job == null || job.granted() != null) {
        if (job == null) {
          jobs.release(granted.turnId());
        }
        return;
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
                model.call(job.tokens(), settings.batchDeadline(), 1 + workClass.ordinal()),
                outcomes));
    jobs.watch(job, settings.batchDeadline().plus(settings.recordTimeout()));
  }

  void onTurnOverdue(RunnerMessage.TurnOverdue overdue) {
    BatchJob job = jobs.of(overdue.turnId());
    if (job != null && job.granted() == null) {
      jobs.askAgain(job, model.descriptor().id(), workClass);
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
  }

  void onEnded(RunnerMessage.Ended ended) {
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

  void onStored(RunnerMessage.Stored stored) {
    BatchJob job = stored.job();
    if (!jobs.holds(job)) {
      // Of an incarnation that failed: the batch is pending, and computed again.
      return;
    }
    if (stored.failure() != null) {
      // A full disk is waited out; all else, such as numbers that nobody can use, is counted.
      Refusal why = Refusal.from(stored.failure(), ErrorNames.POSTPROCESSING_ENGINE_FAILURE.code());
      tryAgain(job, SessionOutputs.mayPass(why), why);
      return;
    }
    String fingerprint = Fingerprint.withPlan(job.granted().fingerprint(), batchDocuments);
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
                0,
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
      fail.accept(why);
    } else {
      ctx.getLog()
          .info(
              "Batch is tried again session={} range={} code={} cause={}",
              sessionId,
              job.range(),
              why.code(),
              why.getMessage());
      jobs.rest(job, settings.pauseAfter(failures));
    }
  }

  void onTryAgain(BatchJob job) {
    if (jobs.holds(job)) {
      askForTurn(job);
    }
  }
}
