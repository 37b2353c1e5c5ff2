package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.WorkerFault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Brings the steps of batches to workers. A batch holds its turn from step to step while the model
 * stays the same; the journal learns once which worker incarnation has it. Confined to its runner.
 */
final class BatchTurns {
  /** Whose batches they are. */
  interface Owner {
    /** The step is computed. */
    void onResult(BatchJob job, InferenceResult result);

    /** The worker failed the step, and lives. The turn is over. */
    void onFault(BatchJob job, WorkerFault fault);

    /** The worker died with the step in flight. The turn is over. */
    void onInterrupted(BatchJob job, TurnReply.Outcome.Interrupted death);

    /** No device can run it as things are. */
    void onRefused(BatchJob job, Refusal why);

    /** Not answered in time, and given up. */
    void onOverdue(BatchJob job, Refusal why);

    /** The journal has something else in its place. */
    void onReplaced(BatchJob job, List<SessionWork.Pending> next);
  }

  private final ActorSystem<?> system;
  private final ProcessingSettings.Runner settings;
  private final ActorRef<InferenceCommand> inference;
  private final RunnerJournal journal;
  private final JobBoard jobs;
  private final SessionBatches.Kind kind;
  private final WorkClass workClass;
  private final Owner owner;
  private final ActorRef<TurnReply.Outcome> outcomes;

  BatchTurns(
      ActorContext<RunnerMessage> ctx,
      ProcessingSettings.Runner settings,
      ActorRef<InferenceCommand> inference,
      RunnerJournal journal,
      JobBoard jobs,
      SessionBatches.Kind kind,
      Owner owner) {
    this.system = ctx.getSystem();
    this.settings = settings;
    this.inference = inference;
    this.journal = journal;
    this.jobs = jobs;
    this.kind = kind;
    this.workClass = kind.workClass();
    this.owner = owner;
    this.outcomes = ctx.messageAdapter(TurnReply.Outcome.class, RunnerMessage.Ended::new);
  }

  /** Has the step computed: with the turn that the batch has, or a fresh one for its model. */
  void compute(BatchJob job, Compute step) {
    if (job.mayCall(step.modelId())) {
      use(job, step);
    } else {
      jobs.leave(job);
      jobs.askForTurn(job, step.modelId(), workClass);
    }
  }

  void onTurn(RunnerMessage.Turn turn) {
    if (turn.reply() instanceof TurnReply.Granted granted) {
      onGranted(granted);
    } else if (turn.reply() instanceof TurnReply.Refused refused) {
      BatchJob job = jobs.turnOver(refused.turnId());
      if (job != null) {
        owner.onRefused(job, Refusal.of(refused.code(), refused.message(), refused.remedy()));
      }
    }
  }

  private void onGranted(TurnReply.Granted granted) {
    BatchJob job = jobs.of(granted.turnId());
    if (job == null) {
      jobs.release(granted.turnId());
    } else if (job.granted() == null) {
      jobs.granted(job, granted);
      if (job.isDispatchedTo(granted)) {
        use(job);
      } else {
        dispatch(job, granted);
      }
    }
  }

  private void dispatch(BatchJob job, TurnReply.Granted granted) {
    journal.record(
        "a dispatch",
        replyTo ->
            new SessionProtocol.RecordDispatch(
                job.range(), granted.deviceId(), granted.epoch(), job.allAnswered(), replyTo),
        dispatched -> onDispatched(job, granted, dispatched));
  }

  private void onDispatched(
      BatchJob job, TurnReply.Granted granted, SessionProtocol.Recorded dispatched) {
    if (dispatched.attempt() == 0) {
      // Its result, its halves or its poisoning are in the journal already.
      jobs.release(granted.turnId());
      owner.onReplaced(job, dispatched.next());
    } else if (jobs.holds(job) && granted.equals(job.granted())) {
      job.dispatched(granted);
      kind.telling().dispatched(job, granted.deviceId(), jobs.size() > 1);
      use(job);
    }
  }

  private void use(BatchJob job) {
    if (job.program().next() instanceof Compute step) {
      use(job, step);
    }
  }

  private void use(BatchJob job, Compute step) {
    BatchProgram.Progress progress = job.program().progress();
    // The turn of the last step goes to the next in line without asking us.
    job.calls(progress.done() + 1 < progress.total());
    InferenceCall call =
        new InferenceCall(
            step.modelId(),
            step.component(),
            step.inputs(),
            step.outputs(),
            stepTime(),
            1 + workClass.ordinal(),
            kind.sessionId());
    inference.tell(new InferenceCommand.UseTurn(job.turnId(), call, job.keeping(), outcomes));
    jobs.watch(job, stepTime().plus(settings.recordTimeout()));
  }

  private Duration stepTime() {
    return StepTime.of(system, settings.batchDeadline());
  }

  void onTurnOverdue(RunnerMessage.TurnOverdue overdue) {
    BatchJob job = jobs.of(overdue.turnId());
    if (job != null && job.granted() == null) {
      jobs.askAgain(job, workClass);
    } else if (job != null) {
      jobs.leave(job);
      owner.onOverdue(
          job,
          Refusal.of(
              ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
              "Batch " + job.range() + " was not answered within " + stepTime(),
              "Raise mainstay.processing.runner.batch-deadline, or use smaller batches"));
    }
  }

  void onEnded(RunnerMessage.Ended ended) {
    if (ended.outcome() instanceof TurnReply.Outcome.Done done) {
      onDone(done);
    } else if (ended.outcome() instanceof TurnReply.Outcome.Failed failed) {
      BatchJob job = jobs.turnOver(failed.turnId());
      if (job != null) {
        owner.onFault(job, failed.fault());
      }
    } else if (ended.outcome() instanceof TurnReply.Outcome.Interrupted interrupted) {
      BatchJob job = jobs.turnOver(interrupted.turnId());
      if (job != null) {
        owner.onInterrupted(job, interrupted);
      }
    } else if (ended.outcome() instanceof TurnReply.Outcome.NotSent notSent) {
      BatchJob job = jobs.turnOver(notSent.turnId());
      if (job != null) {
        jobs.askForTurn(job, job.modelId(), workClass);
      }
    }
  }

  private void onDone(TurnReply.Outcome.Done done) {
    BatchJob job = jobs.of(done.turnId());
    if (job == null) {
      return;
    }
    kind.telling().answered(job, job.granted().deviceId(), done.result());
    job.computed(
        job.granted().fingerprint(),
        TimeUnit.NANOSECONDS.toMicros(done.result().compute().toNanos()));
    if (job.keeping()) {
      jobs.answered(job);
    } else {
      jobs.turnOver(done.turnId());
    }
    owner.onResult(job, done.result());
  }
}
