package io.mainstay.persistence.session;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.CommandHandlerWithReplyBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventHandlerBuilder;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionProtocol.Accept;
import io.mainstay.persistence.session.SessionProtocol.Account;
import io.mainstay.persistence.session.SessionProtocol.Cancel;
import io.mainstay.persistence.session.SessionProtocol.Command;
import io.mainstay.persistence.session.SessionProtocol.Continue;
import io.mainstay.persistence.session.SessionProtocol.Get;
import io.mainstay.persistence.session.SessionProtocol.GetAccount;
import io.mainstay.persistence.session.SessionProtocol.RecordBatch;
import io.mainstay.persistence.session.SessionProtocol.RecordDispatch;
import io.mainstay.persistence.session.SessionProtocol.RecordFailure;
import io.mainstay.persistence.session.SessionProtocol.RecordInterruption;
import io.mainstay.persistence.session.SessionProtocol.RecordOutputs;
import io.mainstay.persistence.session.SessionProtocol.RecordPlan;
import io.mainstay.persistence.session.SessionProtocol.RecordRejection;
import io.mainstay.persistence.session.SessionProtocol.Recorded;
import io.mainstay.persistence.session.SessionProtocol.Retire;
import io.mainstay.persistence.session.SessionProtocol.RunnerStarted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One accepted workflow, durable from its acceptance to its result. Stages: empty, accepted,
 * running, then completed, failed or cancelled. Until a runner has taken the work, and after each
 * recovery, it asks for one by itself. Decides from journaled facts alone: what a death of a worker
 * leads to, and which result of a batch counts (the first).
 */
public final class Session
    extends EventSourcedBehaviorWithEnforcedReplies<Command, SessionEvent, SessionState> {
  private final String sessionId;
  private final SessionSettings settings;
  private final EventStamper stamper;
  private final ActorRef<SessionWork> work;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  // Dispatches recorded in this incarnation: one asked for again is answered, not counted again.
  private final Map<DocumentRange, RecordDispatch> dispatched = new HashMap<>();

  private Session(
      String sessionId,
      SessionSettings settings,
      EventStamper stamper,
      ActorRef<SessionWork> work,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    super(PersistenceId.of(Sessions.TYPE, sessionId));
    this.sessionId = sessionId;
    this.settings = settings;
    this.stamper = stamper;
    this.work = work;
    this.shard = shard;
    this.ctx = ctx;
    this.timers = timers;
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
                timers -> new Session(sessionId, settings, stamper, work, shard, ctx, timers)));
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
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  private void onRecovered(SessionState state) {
    if (state instanceof SessionState.Active) {
      ctx.getSelf().tell(new Continue());
    } else {
      timers.startSingleTimer(new Retire(), settings.retireAfter());
    }
  }

  @Override
  public CommandHandlerWithReply<Command, SessionEvent, SessionState> commandHandler() {
    CommandHandlerWithReplyBuilder<Command, SessionEvent, SessionState> handlers =
        newCommandHandlerWithReplyBuilder();
    handlers
        .forStateType(SessionState.Empty.class)
        .onCommand(Accept.class, this::accept)
        .onCommand(Get.class, command -> unknown(command.replyTo()))
        .onCommand(GetAccount.class, command -> unknown(command.replyTo()))
        .onCommand(Cancel.class, command -> unknown(command.replyTo()))
        .onCommand(RecordPlan.class, command -> unknown(command.replyTo()))
        .onCommand(RecordDispatch.class, command -> unknown(command.replyTo()))
        .onCommand(RecordInterruption.class, command -> unknown(command.replyTo()))
        .onCommand(RecordRejection.class, command -> unknown(command.replyTo()))
        .onCommand(RecordBatch.class, command -> unknown(command.replyTo()))
        .onCommand(RecordOutputs.class, command -> unknown(command.replyTo()))
        .onCommand(RecordFailure.class, command -> unknown(command.replyTo()))
        .onCommand(RunnerStarted.class, command -> Effect().reply(command.replyTo(), Done.done()));
    handlers
        .forStateType(SessionState.Accepted.class)
        .onCommand(RecordPlan.class, this::plan)
        .onCommand(RecordDispatch.class, command -> notPlanned(command.replyTo()))
        .onCommand(RecordInterruption.class, command -> notPlanned(command.replyTo()))
        .onCommand(RecordRejection.class, command -> notPlanned(command.replyTo()))
        .onCommand(RecordBatch.class, command -> notPlanned(command.replyTo()))
        .onCommand(RecordOutputs.class, command -> notPlanned(command.replyTo()));
    handlers
        .forStateType(SessionState.Running.class)
        .onCommand(RecordPlan.class, this::planAgain)
        .onCommand(RecordDispatch.class, this::dispatch)
        .onCommand(RecordInterruption.class, this::interrupt)
        .onCommand(RecordRejection.class, this::reject)
        .onCommand(RecordBatch.class, this::complete)
        .onCommand(RecordOutputs.class, this::finish);
    handlers
        .forStateType(SessionState.Active.class)
        .onCommand(Continue.class, (state, command) -> carryOn(state))
        .onCommand(RunnerStarted.class, this::runnerStarted)
        .onCommand(RecordFailure.class, this::fail)
        .onCommand(Cancel.class, this::cancel);
    handlers
        .forStateType(SessionState.Finished.class)
        .onCommand(Cancel.class, (state, command) -> view(state, command.replyTo()))
        .onCommand(RecordPlan.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordDispatch.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordInterruption.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordRejection.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordBatch.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordOutputs.class, (state, command) -> over(command.replyTo()))
        .onCommand(RecordFailure.class, (state, command) -> over(command.replyTo()))
        .onCommand(Continue.class, (state, command) -> stopRunner())
        .onCommand(RunnerStarted.class, this::tooLate);
    handlers
        .forStateType(SessionState.Known.class)
        .onCommand(Accept.class, this::acceptAgain)
        .onCommand(Get.class, (state, command) -> view(state, command.replyTo()))
        .onCommand(GetAccount.class, this::account);
    handlers
        .forAnyState()
        // Nothing was accepted, so nobody works on it.
        .onCommand(Continue.class, (state, command) -> Effect().noReply())
        .onCommand(Retire.class, (state, command) -> retire(state));
    return handlers.build();
  }

  private ReplyEffect<SessionEvent, SessionState> accept(Accept command) {
    return Effect()
        .persist(
            new SessionEvent.WorkflowAccepted(
                stamper.root(),
                sessionId,
                command.workflow(),
                command.inputs(),
                command.workClass(),
                command.outputDirectory(),
                command.submittedBy()))
        .thenRun(state -> askForRunner((SessionState.Active) state))
        .thenReply(
            command.replyTo(),
            state -> StatusReply.success(SessionReport.view((SessionState.Known) state)));
  }

  private ReplyEffect<SessionEvent, SessionState> acceptAgain(
      SessionState.Known state, Accept command) {
    boolean same =
        state.order().workflow().equals(command.workflow())
            && state.order().inputs().equals(command.inputs());
    return same
        ? view(state, command.replyTo())
        : refuse(
            command.replyTo(),
            "was accepted with another workflow or other inputs; use a fresh session id");
  }

  private ReplyEffect<SessionEvent, SessionState> plan(
      SessionState.Accepted state, RecordPlan command) {
    heard();
    if (command.documents() < 1 || command.batchDocuments() < 1) {
      return refuse(
          command.replyTo(),
          "cannot plan "
              + command.documents()
              + " documents in batches of "
              + command.batchDocuments()
              + "; both must be 1 or more. Record a failure for an empty input instead");
    }
    return Effect()
        .persist(
            new SessionEvent.PlanMade(
                stamper.causedBy(state.latest()), command.documents(), command.batchDocuments()))
        .thenReply(command.replyTo(), after -> recorded(SessionReport.remaining(known(after))));
  }

  private ReplyEffect<SessionEvent, SessionState> planAgain(
      SessionState.Running state, RecordPlan command) {
    heard();
    WorkPlan plan = state.plan();
    boolean same =
        plan.documents() == command.documents()
            && plan.batchDocuments() == command.batchDocuments();
    return same
        ? Effect().reply(command.replyTo(), recorded(SessionReport.remaining(state)))
        : refuse(
            command.replyTo(),
            "has a plan of "
                + plan.documents()
                + " documents in batches of "
                + plan.batchDocuments()
                + ", not "
                + command.documents()
                + " in batches of "
                + command.batchDocuments()
                + ". The plan depends on the input alone: was the input read differently?");
  }

  private ReplyEffect<SessionEvent, SessionState> dispatch(
      SessionState.Running state, RecordDispatch command) {
    heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      return inPlaceOf(state, command.range(), command.replyTo());
    }
    RecordDispatch before = dispatched.get(command.range());
    if (before != null
        && before.device().equals(command.device())
        && before.epoch() == command.epoch()
        && batch.inFlightAt(command.device(), command.epoch())) {
      return Effect().reply(command.replyTo(), recorded(batch.attempts(), List.of()));
    }
    int attempt = batch.attempts() + 1;
    return Effect()
        .persist(
            new SessionEvent.BatchDispatched(
                stamper.causedBy(batch.last()),
                command.range(),
                command.device(),
                command.epoch(),
                attempt))
        .thenRun(after -> dispatched.put(command.range(), command))
        .thenReply(command.replyTo(), after -> recorded(attempt, List.of()));
  }

  private ReplyEffect<SessionEvent, SessionState> interrupt(
      SessionState.Running state, RecordInterruption command) {
    heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    // Only a batch in flight there can have died there: anything else is a repetition.
    if (batch == null || !batch.inFlightAt(command.device(), command.epoch())) {
      return inPlaceOf(state, command.range(), command.replyTo());
    }
    EventMeta meta = stamper.causedBy(command.cause() == null ? batch.last() : command.cause());
    return Effect()
        .persist(death(batch, meta, command.reason()))
        .thenRun(after -> dispatched.remove(command.range()))
        .thenReply(
            command.replyTo(), after -> inPlaceOf((SessionState.Running) after, command.range()));
  }

  /** Nobody died, so nothing is interrupted; what is in the batch decides at once. */
  private ReplyEffect<SessionEvent, SessionState> reject(
      SessionState.Running state, RecordRejection command) {
    heard();
    DocumentRange range = command.range();
    BatchWork batch = state.plan().find(range).orElse(null);
    if (batch == null) {
      return inPlaceOf(state, range, command.replyTo());
    }
    EventMeta meta = stamper.causedBy(batch.last());
    return Effect()
        .persist(
            range.size() > 1
                ? new SessionEvent.BatchReplanned(meta, range, range.left(), range.right())
                : new SessionEvent.DocumentPoisoned(
                    meta, range.from(), batch.deaths(), command.reason()))
        .thenRun(after -> dispatched.remove(range))
        .thenReply(command.replyTo(), after -> inPlaceOf((SessionState.Running) after, range));
  }

  private List<SessionEvent> death(BatchWork batch, EventMeta meta, String reason) {
    DocumentRange range = batch.range();
    int deaths = batch.deaths() + 1;
    List<SessionEvent> events = new ArrayList<>();
    events.add(
        new SessionEvent.BatchInterrupted(
            meta, range, batch.device(), batch.epoch(), deaths, reason));
    switch (settings.poison().decide(range, deaths)) {
      case SPLIT ->
          events.add(
              new SessionEvent.BatchReplanned(
                  stamper.causedBy(meta), range, range.left(), range.right()));
      case POISON ->
          events.add(
              new SessionEvent.DocumentPoisoned(
                  stamper.causedBy(meta), range.from(), deaths, reason));
      case SEND_AGAIN -> {
        // The batch stays pending as it is.
      }
    }
    return events;
  }

  private ReplyEffect<SessionEvent, SessionState> complete(
      SessionState.Running state, RecordBatch command) {
    heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      // It has its result, or was split after a presumed death: the first fact counts.
      return Effect().reply(command.replyTo(), recorded(0, List.of()));
    }
    return Effect()
        .persist(
            new SessionEvent.BatchCompleted(
                stamper.causedBy(batch.last()),
                command.range(),
                command.resultSha256(),
                command.fingerprint(),
                command.device(),
                command.epoch(),
                command.computeMicros()))
        .thenRun(after -> dispatched.remove(command.range()))
        .thenReply(command.replyTo(), after -> recorded(0, List.of()));
  }

  private ReplyEffect<SessionEvent, SessionState> finish(
      SessionState.Running state, RecordOutputs command) {
    heard();
    if (!state.plan().pending().isEmpty()) {
      return refuse(
          command.replyTo(),
          "cannot be completed: "
              + state.plan().pending().size()
              + " batches have no result, the first is "
              + state.plan().pending().get(0).range());
    }
    EventMeta written = stamper.causedBy(state.latest());
    return Effect()
        .persist(
            List.of(
                new SessionEvent.OutputsWritten(written, command.outputs(), command.degradations()),
                new SessionEvent.WorkflowCompleted(
                    stamper.causedBy(written),
                    state.plan().embedded(),
                    state.plan().poisoned().size())))
        .thenRun(after -> rest())
        .thenReply(command.replyTo(), after -> finished());
  }

  private ReplyEffect<SessionEvent, SessionState> fail(
      SessionState.Active state, RecordFailure command) {
    return Effect()
        .persist(
            new SessionEvent.WorkflowFailed(
                stamper.causedBy(state.latest()),
                command.code(),
                command.message(),
                command.remedy()))
        .thenRun(after -> rest())
        .thenReply(command.replyTo(), after -> finished());
  }

  private ReplyEffect<SessionEvent, SessionState> cancel(
      SessionState.Active state, Cancel command) {
    return Effect()
        .persist(
            new SessionEvent.WorkflowCancelled(stamper.causedBy(state.latest()), command.reason()))
        .thenRun(
            after -> {
              work.tell(new SessionWork.Stop(sessionId, command.reason()));
              rest();
            })
        .thenReply(
            command.replyTo(), after -> StatusReply.success(SessionReport.view(known(after))));
  }

  // A batch that was sent again and again with no outcome, since each time the node died, may be
  // what kills the node: it counts as one death.
  private ReplyEffect<SessionEvent, SessionState> carryOn(SessionState.Active state) {
    List<SessionEvent> deaths = new ArrayList<>();
    for (BatchWork batch : state.workPlan().map(WorkPlan::pending).orElse(List.of())) {
      if (batch.unresolved() > settings.unresolvedDispatches()
          && !dispatched.containsKey(batch.range())) {
        deaths.addAll(
            death(
                batch,
                stamper.causedBy(batch.last()),
                "sent " + batch.unresolved() + " times without an outcome over node restarts"));
      }
    }
    if (deaths.isEmpty()) {
      askForRunner(state);
      return Effect().noReply();
    }
    return Effect()
        .persist(deaths)
        .thenRun(after -> askForRunner((SessionState.Active) after))
        .thenNoReply();
  }

  private ReplyEffect<SessionEvent, SessionState> runnerStarted(
      SessionState.Active state, RunnerStarted command) {
    heard();
    return Effect().reply(command.replyTo(), Done.done());
  }

  private ReplyEffect<SessionEvent, SessionState> tooLate(
      SessionState.Finished state, RunnerStarted command) {
    work.tell(new SessionWork.Stop(sessionId, "the session is over"));
    return Effect().reply(command.replyTo(), Done.done());
  }

  /** A runner that was restarted asks what is left: nothing, so it may not keep its place. */
  private ReplyEffect<SessionEvent, SessionState> stopRunner() {
    work.tell(new SessionWork.Stop(sessionId, "the session is over"));
    return Effect().noReply();
  }

  private void askForRunner(SessionState.Active state) {
    work.tell(new SessionWork.Run(sessionId, SessionReport.remaining(state), ctx.getSelf()));
    timers.startSingleTimer(new Continue(), settings.runInterval());
  }

  // Any word of the runner shows that the work is in somebody's hands.
  private void heard() {
    timers.startSingleTimer(new Continue(), settings.runnerSilence());
  }

  private void rest() {
    timers.cancel(new Continue());
    dispatched.clear();
    timers.startSingleTimer(new Retire(), settings.retireAfter());
  }

  private ReplyEffect<SessionEvent, SessionState> retire(SessionState state) {
    if (!(state instanceof SessionState.Active)) {
      shard.tell(new ClusterSharding.Passivate<>(ctx.getSelf()));
    }
    return Effect().noReply();
  }

  private ReplyEffect<SessionEvent, SessionState> inPlaceOf(
      SessionState.Running state, DocumentRange range, ActorRef<StatusReply<Recorded>> replyTo) {
    return Effect().reply(replyTo, inPlaceOf(state, range));
  }

  private static StatusReply<Recorded> inPlaceOf(SessionState.Running state, DocumentRange range) {
    WorkPlan plan = state.plan();
    return StatusReply.success(
        new Recorded(false, 0, plan.pendingWithin(range), plan.isPoisoned(range)));
  }

  private ReplyEffect<SessionEvent, SessionState> account(
      SessionState.Known state, GetAccount command) {
    // The runner asks for it before it writes the outputs.
    if (state instanceof SessionState.Active) {
      heard();
    }
    return Effect()
        .reply(
            command.replyTo(),
            StatusReply.success(
                new Account(SessionReport.view(state), SessionReport.remaining(state))));
  }

  private ReplyEffect<SessionEvent, SessionState> view(
      SessionState.Known state, ActorRef<StatusReply<SessionView>> replyTo) {
    return Effect().reply(replyTo, StatusReply.success(SessionReport.view(state)));
  }

  private ReplyEffect<SessionEvent, SessionState> over(ActorRef<StatusReply<Recorded>> replyTo) {
    return Effect().reply(replyTo, finished());
  }

  private <T> ReplyEffect<SessionEvent, SessionState> unknown(ActorRef<StatusReply<T>> replyTo) {
    return refuse(replyTo, "is unknown here; 'mainstay sessions' lists what was accepted");
  }

  private <T> ReplyEffect<SessionEvent, SessionState> notPlanned(ActorRef<StatusReply<T>> replyTo) {
    return refuse(replyTo, "has no plan yet; record the plan first");
  }

  private <T> ReplyEffect<SessionEvent, SessionState> refuse(
      ActorRef<StatusReply<T>> replyTo, String why) {
    return Effect().reply(replyTo, StatusReply.error("Session " + sessionId + " " + why));
  }

  private static SessionState.Known known(SessionState state) {
    return (SessionState.Known) state;
  }

  private static StatusReply<Recorded> recorded(SessionWork.Remaining remaining) {
    return recorded(0, remaining.pending());
  }

  private static StatusReply<Recorded> recorded(int attempt, List<SessionWork.Pending> next) {
    return StatusReply.success(new Recorded(false, attempt, next, false));
  }

  private static StatusReply<Recorded> finished() {
    return StatusReply.success(new Recorded(true, 0, List.of(), false));
  }

  @Override
  public EventHandler<SessionState, SessionEvent> eventHandler() {
    EventHandlerBuilder<SessionState, SessionEvent> handlers = newEventHandlerBuilder();
    handlers
        .forStateType(SessionState.Empty.class)
        .onEvent(SessionEvent.WorkflowAccepted.class, SessionState.Empty::accepted);
    handlers
        .forStateType(SessionState.Accepted.class)
        .onEvent(SessionEvent.PlanMade.class, SessionState.Accepted::planned);
    handlers
        .forStateType(SessionState.Running.class)
        .onEvent(SessionEvent.BatchDispatched.class, SessionState.Running::dispatched)
        .onEvent(SessionEvent.BatchInterrupted.class, SessionState.Running::interrupted)
        .onEvent(SessionEvent.BatchReplanned.class, SessionState.Running::replanned)
        .onEvent(SessionEvent.BatchCompleted.class, SessionState.Running::batchCompleted)
        .onEvent(SessionEvent.DocumentPoisoned.class, SessionState.Running::poisoned)
        .onEvent(SessionEvent.OutputsWritten.class, SessionState.Running::outputsWritten)
        .onEvent(SessionEvent.WorkflowCompleted.class, SessionState.Running::completed);
    handlers
        .forStateType(SessionState.Active.class)
        .onEvent(SessionEvent.WorkflowFailed.class, SessionState.Active::failed)
        .onEvent(SessionEvent.WorkflowCancelled.class, SessionState.Active::cancelled);
    return handlers.build();
  }
}
