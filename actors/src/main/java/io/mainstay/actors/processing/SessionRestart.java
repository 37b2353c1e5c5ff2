package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.ProcessingCommand.Restarted;
import io.mainstay.persistence.checkpoint.CheckpointChain;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionCarry;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * One restart of a session: waits until its runner, if it has one, has saved where it is, asks it
 * what it has, refers to the blobs of that for the new session, has that accepted, and cancels the
 * former one if it still runs. The new one is durable before the former one is touched.
 * Short-lived.
 */
final class SessionRestart {
  /** What it waits for. */
  sealed interface Step {}

  /** The former session's batches have checkpoints of where they are, as far as there was time. */
  private record Saved() implements Step {}

  private record Known(SessionProtocol.Restartable former, Throwable failure) implements Step {}

  private record Carried(SessionCarry carry, Throwable failure) implements Step {}

  private record Accepted(SessionCarry carry, SessionView view, Throwable failure)
      implements Step {}

  private record Overdue() implements Step {}

  private final ActorContext<Step> ctx;
  private final String sessionId;
  private final ProcessingCommand.RestartSession ask;
  private final ProcessingSettings settings;
  private final ProcessingCollaborators others;
  private final ActorRef<Submission.Over> supervisor;
  private final Executor blocking;
  private boolean formerRuns;
  private boolean asked;

  private SessionRestart(
      ActorContext<Step> ctx,
      TimerScheduler<Step> timers,
      String sessionId,
      ProcessingCommand.RestartSession ask,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      ActorRef<Submission.Over> supervisor) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.ask = ask;
    this.settings = settings;
    this.others = others;
    this.supervisor = supervisor;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    timers.startSingleTimer(new Overdue(), settings.submitTimeout());
  }

  /**
   * @param sessionId of the new session
   * @param saved completes once the former session's batches have checkpoints of where they are,
   *     bounded; they make no step until it is cancelled, or for a while
   */
  static Behavior<Step> create(
      String sessionId,
      ProcessingCommand.RestartSession ask,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      CompletionStage<Boolean> saved,
      ActorRef<Submission.Over> supervisor) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new SessionRestart(ctx, timers, sessionId, ask, settings, others, supervisor)
                        .after(saved)));
  }

  private Behavior<Step> after(CompletionStage<Boolean> saved) {
    ctx.pipeToSelf(saved, (done, failure) -> new Saved());
    return Behaviors.receive(Step.class)
        .onMessage(Saved.class, done -> onSaved())
        .onMessage(Known.class, this::onKnown)
        .onMessage(Carried.class, this::onCarried)
        .onMessage(Accepted.class, this::onAccepted)
        .onMessage(Overdue.class, overdue -> onOverdue())
        .build();
  }

  private Behavior<Step> onSaved() {
    ctx.askWithStatus(
        SessionProtocol.Restartable.class,
        others.sessions().apply(ask.sessionId()),
        settings.submitTimeout(),
        (ActorRef<StatusReply<SessionProtocol.Restartable>> replyTo) ->
            new SessionProtocol.GetRestartable(replyTo),
        Known::new);
    return Behaviors.same();
  }

  private Behavior<Step> onKnown(Known known) {
    if (known.failure() != null) {
      return refuse(Refusal.from(ModelLookup.cause(known.failure()), "not_restartable"));
    }
    formerRuns = !known.former().view().finished();
    SessionCarry all = SessionCarry.of(known.former(), ask.fromStep());
    ctx.pipeToSelf(CompletableFuture.supplyAsync(() -> kept(all), blocking), Carried::new);
    return Behaviors.same();
  }

  /**
   * On the blocking dispatcher; touches final fields only. What a finished session does not refer
   * to any more is there for a grace period, so it is referred to first and read then.
   */
  private SessionCarry kept(SessionCarry all) {
    ArtifactStore artifacts = others.artifacts();
    try {
      artifacts.keep(
          WorkOwner.of(sessionId),
          Stream.concat(
                  all.inputs().stream().map(BlobRef::sha256),
                  all.completed().stream().map(SessionWork.Completed::resultSha256))
              .toList());
    } catch (IOException gone) {
      throw Refusal.of(
          "not_restartable",
          "What session "
              + all.ofSession()
              + " worked with is not there any more: "
              + gone.getMessage(),
          "Submit the input again; 'mainstay.persistence.blob.grace' says how long it stays after"
              + " a session's end");
    }
    List<SessionCarry.Points> usable = new ArrayList<>();
    for (SessionCarry.Points points : all.checkpoints()) {
      List<SessionWork.Checkpoint> steps =
          points.steps().stream().filter(step -> kept(artifacts, points, step)).toList();
      if (!steps.isEmpty()) {
        usable.add(new SessionCarry.Points(points.range(), steps));
      }
    }
    return all.withCheckpoints(usable);
  }

  private boolean kept(
      ArtifactStore artifacts, SessionCarry.Points points, SessionWork.Checkpoint step) {
    String owner = WorkOwner.ofCheckpoint(sessionId, points.range(), step.step());
    try {
      CheckpointChain chain = CheckpointChain.read(name -> bytes(artifacts, name), step.sha256());
      artifacts.keep(owner, chain.sha256s());
      return true;
    } catch (UnusableCheckpointException | IOException | UncheckedIOException gone) {
      // An earlier one, or the beginning, gives the same.
      ctx.getSystem()
          .log()
          .info(
              "Checkpoint not carried over session={} owner={} cause={}",
              sessionId,
              owner,
              gone.getMessage());
      return false;
    }
  }

  private static byte[] bytes(ArtifactStore artifacts, String sha256) throws IOException {
    try (InputStream in = artifacts.open(sha256)) {
      return in.readAllBytes();
    }
  }

  private Behavior<Step> onCarried(Carried carried) {
    if (carried.failure() != null) {
      return refuse(Refusal.from(ModelLookup.cause(carried.failure()), "not_restartable"));
    }
    asked = true;
    ctx.askWithStatus(
        SessionView.class,
        others.sessions().apply(sessionId),
        settings.submitTimeout(),
        (ActorRef<StatusReply<SessionView>> replyTo) ->
            new SessionProtocol.AcceptRestart(carried.carry(), ask.submittedBy(), replyTo),
        (view, failure) -> new Accepted(carried.carry(), view, failure));
    return Behaviors.same();
  }

  private Behavior<Step> onAccepted(Accepted accepted) {
    if (accepted.failure() != null) {
      return onOverdue();
    }
    if (formerRuns) {
      others
          .sessions()
          .apply(ask.sessionId())
          .tell(
              new SessionProtocol.Cancel(
                  "restarted as session " + sessionId, ctx.getSystem().ignoreRef()));
    }
    supervisor.tell(new Submission.Over(sessionId, true));
    ask.replyTo()
        .tell(
            StatusReply.success(
                new Restarted(
                    sessionId,
                    ask.sessionId(),
                    accepted.carry().completed().size(),
                    accepted.carry().checkpoints().size())));
    return Behaviors.stopped();
  }

  private Behavior<Step> onOverdue() {
    if (asked) {
      supervisor.tell(new Submission.Over(sessionId, true));
      ask.replyTo()
          .tell(
              StatusReply.error(
                  Refusal.of(
                      "outcome_unknown",
                      "Session " + sessionId + " was not confirmed in time; it may go on",
                      "See 'mainstay sessions " + sessionId + "' before you restart again")));
      return Behaviors.stopped();
    }
    return refuse(
        Refusal.of(
            "no_answer_in_time",
            "Session " + ask.sessionId() + " could not be read within " + settings.submitTimeout(),
            "Try again; check the disk if it stays so"));
  }

  private Behavior<Step> refuse(Refusal why) {
    supervisor.tell(new Submission.Over(sessionId, false));
    ask.replyTo().tell(StatusReply.error(why));
    return Behaviors.stopped();
  }
}
