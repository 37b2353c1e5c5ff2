package io.mainstay.persistence.session;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.CommandHandlerWithReplyBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.session.SessionProtocol.Accept;
import io.mainstay.persistence.session.SessionProtocol.AcceptRestart;
import io.mainstay.persistence.session.SessionProtocol.Account;
import io.mainstay.persistence.session.SessionProtocol.BatchFact;
import io.mainstay.persistence.session.SessionProtocol.Cancel;
import io.mainstay.persistence.session.SessionProtocol.Command;
import io.mainstay.persistence.session.SessionProtocol.Continue;
import io.mainstay.persistence.session.SessionProtocol.Fact;
import io.mainstay.persistence.session.SessionProtocol.Get;
import io.mainstay.persistence.session.SessionProtocol.GetAccount;
import io.mainstay.persistence.session.SessionProtocol.GetRestartable;
import io.mainstay.persistence.session.SessionProtocol.RecordBatch;
import io.mainstay.persistence.session.SessionProtocol.RecordCheckpoint;
import io.mainstay.persistence.session.SessionProtocol.RecordDegradation;
import io.mainstay.persistence.session.SessionProtocol.RecordDispatch;
import io.mainstay.persistence.session.SessionProtocol.RecordFailure;
import io.mainstay.persistence.session.SessionProtocol.RecordInterruption;
import io.mainstay.persistence.session.SessionProtocol.RecordOutputs;
import io.mainstay.persistence.session.SessionProtocol.RecordPlan;
import io.mainstay.persistence.session.SessionProtocol.RecordRejection;
import io.mainstay.persistence.session.SessionProtocol.RecordRestoration;
import io.mainstay.persistence.session.SessionProtocol.Restartable;
import io.mainstay.persistence.session.SessionProtocol.Retire;
import io.mainstay.persistence.session.SessionProtocol.RunnerStarted;

/**
 * One accepted workflow, durable from its acceptance to its result. Stages: empty, accepted,
 * running, then completed, failed or cancelled. Until a runner has taken the work, and after each
 * recovery, it asks for one by itself. Which command may do what in which stage stands here; {@link
 * SessionLife} and {@link BatchRecords} decide.
 */
public final class Session
    extends EventSourcedBehaviorWithEnforcedReplies<Command, SessionEvent, SessionState> {
  private final SessionSettings settings;
  private final RunnerWatch runner;
  private final SessionReplies replies;
  private final BatchRecords batches;
  private final SessionLife life;

  private Session(
      String sessionId, SessionSettings settings, EventStamper stamper, RunnerWatch runner) {
    super(PersistenceId.of(Sessions.TYPE, sessionId));
    this.settings = settings;
    this.runner = runner;
    this.replies = new SessionReplies(sessionId, Effect());
    this.batches = new BatchRecords(settings, stamper, Effect(), replies, runner);
    this.life = new SessionLife(sessionId, settings, stamper, Effect(), replies, runner, batches);
  }

  /**
   * The entity.
   *
   * @param work who carries the work out, on this node
   * @param shard told when a finished session may leave memory
   */
  public static Behavior<Command> create(
      String sessionId,
      SessionSettings settings,
      EventStamper stamper,
      ActorRef<SessionWork> work,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new Session(
                        sessionId,
                        settings,
                        stamper,
                        new RunnerWatch(sessionId, settings, work, shard, ctx, timers))));
  }

  @Override
  public SessionState emptyState() {
    return new SessionState.Empty();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public SignalHandler<SessionState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), runner::recovered)
        .build();
  }

  @Override
  public CommandHandlerWithReply<Command, SessionEvent, SessionState> commandHandler() {
    CommandHandlerWithReplyBuilder<Command, SessionEvent, SessionState> handlers =
        newCommandHandlerWithReplyBuilder();
    handlers
        .forStateType(SessionState.Empty.class)
        .onCommand(Accept.class, life::accept)
        .onCommand(AcceptRestart.class, life::acceptRestart)
        .onCommand(GetRestartable.class, command -> replies.unknown(command.replyTo()))
        .onCommand(Get.class, command -> replies.unknown(command.replyTo()))
        .onCommand(GetAccount.class, command -> replies.unknown(command.replyTo()))
        .onCommand(Cancel.class, command -> replies.unknown(command.replyTo()))
        .onCommand(Fact.class, command -> replies.unknown(command.replyTo()))
        .onCommand(RunnerStarted.class, command -> Effect().reply(command.replyTo(), Done.done()));
    handlers
        .forStateType(SessionState.Accepted.class)
        .onCommand(RecordPlan.class, life::plan)
        .onCommand(BatchFact.class, command -> replies.notPlanned(command.replyTo()))
        .onCommand(RecordOutputs.class, command -> replies.notPlanned(command.replyTo()));
    handlers
        .forStateType(SessionState.Running.class)
        .onCommand(RecordPlan.class, life::planAgain)
        .onCommand(RecordDispatch.class, batches::dispatch)
        .onCommand(RecordCheckpoint.class, batches::checkpoint)
        .onCommand(RecordRestoration.class, batches::restore)
        .onCommand(RecordInterruption.class, batches::interrupt)
        .onCommand(RecordRejection.class, batches::reject)
        .onCommand(RecordBatch.class, batches::complete)
        .onCommand(RecordOutputs.class, life::finish);
    handlers
        .forStateType(SessionState.Active.class)
        .onCommand(Continue.class, (state, command) -> batches.carryOn(state))
        .onCommand(RunnerStarted.class, this::runnerStarted)
        .onCommand(RecordDegradation.class, life::degrade)
        .onCommand(RecordFailure.class, life::fail)
        .onCommand(Cancel.class, life::cancel);
    handlers
        .forStateType(SessionState.Finished.class)
        .onCommand(Cancel.class, (state, command) -> replies.view(state, command.replyTo()))
        .onCommand(Fact.class, (state, command) -> replies.over(command.replyTo()))
        // A runner that was restarted asks what is left: nothing, so it may not keep its place.
        .onCommand(Continue.class, (state, command) -> stopRunner())
        .onCommand(RunnerStarted.class, this::tooLate);
    handlers
        .forStateType(SessionState.Known.class)
        .onCommand(Accept.class, life::acceptAgain)
        .onCommand(AcceptRestart.class, (state, command) -> replies.view(state, command.replyTo()))
        .onCommand(GetRestartable.class, this::restartable)
        .onCommand(Get.class, (state, command) -> replies.view(state, command.replyTo()))
        .onCommand(GetAccount.class, this::account);
    handlers
        .forAnyState()
        // Nothing was accepted, so nobody works on it.
        .onCommand(Continue.class, (state, command) -> Effect().noReply())
        .onCommand(Retire.class, (state, command) -> retire(state));
    return handlers.build();
  }

  private ReplyEffect<SessionEvent, SessionState> runnerStarted(
      SessionState.Active state, RunnerStarted command) {
    runner.heard();
    return Effect().reply(command.replyTo(), Done.done());
  }

  private ReplyEffect<SessionEvent, SessionState> tooLate(
      SessionState.Finished state, RunnerStarted command) {
    runner.stopRunner("the session is over");
    return Effect().reply(command.replyTo(), Done.done());
  }

  private ReplyEffect<SessionEvent, SessionState> stopRunner() {
    runner.stopRunner("the session is over");
    return Effect().noReply();
  }

  private ReplyEffect<SessionEvent, SessionState> retire(SessionState state) {
    runner.retire(state);
    return Effect().noReply();
  }

  private ReplyEffect<SessionEvent, SessionState> account(
      SessionState.Known state, GetAccount command) {
    // The runner asks for it before it writes the outputs.
    if (state instanceof SessionState.Active) {
      runner.heard();
    }
    return Effect()
        .reply(
            command.replyTo(),
            StatusReply.success(
                new Account(SessionReport.view(state), SessionReport.remaining(state))));
  }

  private ReplyEffect<SessionEvent, SessionState> restartable(
      SessionState.Known state, GetRestartable command) {
    return Effect()
        .reply(
            command.replyTo(),
            StatusReply.success(
                new Restartable(
                    SessionReport.view(state),
                    SessionReport.remaining(state),
                    state.order().accepted())));
  }

  @Override
  public EventHandler<SessionState, SessionEvent> eventHandler() {
    return SessionFold::after;
  }
}
