package io.mainstay.persistence.saga;

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
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.persistence.entity.Idle;
import io.mainstay.persistence.entity.Retirement;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaProgress.Action;
import io.mainstay.persistence.saga.SagaProgress.Answer;
import io.mainstay.persistence.saga.SagaProgress.Decision;
import io.mainstay.persistence.saga.SagaProtocol.Command;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Carries a plan of several steps through, or takes back what it did. Every step is journaled
 * before it is asked for; {@link SagaProgress} decides, this carries out.
 */
public final class Saga extends EventSourcedBehavior<Command, SagaEvent, SagaState> {
  private static final String DEADLINE_EXCEEDED = "step_deadline_exceeded";

  private final String sagaId;
  private final SagaSettings settings;
  private final SagaProgress progress;
  private final EventStamper stamper;
  private final ActorRef<SagaWork> work;
  private final TransactionObserver observer;
  private final Retirement<Command> retirement;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final List<ActorRef<StatusReply<SagaOutcome>>> subscribers = new ArrayList<>();

  private Saga(
      String sagaId,
      SagaSettings settings,
      EventStamper stamper,
      ActorRef<SagaWork> work,
      TransactionObserver observer,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    super(PersistenceId.of(Sagas.TYPE, sagaId));
    this.sagaId = sagaId;
    this.settings = settings;
    this.progress = new SagaProgress(settings.undoAttempts());
    this.stamper = stamper;
    this.work = work;
    this.observer = observer;
    this.ctx = ctx;
    this.timers = timers;
    this.retirement =
        new Retirement<>(ctx, timers, shard, new SagaProtocol.Retire(), settings.retireAfter());
  }

  /**
   * The entity.
   *
   * @param work who carries the steps out, on this node
   * @param shard told when an ended saga may leave memory
   */
  public static Behavior<Command> create(
      String sagaId,
      SagaSettings settings,
      EventStamper stamper,
      ActorRef<SagaWork> work,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return create(sagaId, settings, stamper, work, TransactionObserver.NONE, shard);
  }

  static Behavior<Command> create(
      String sagaId,
      SagaSettings settings,
      EventStamper stamper,
      ActorRef<SagaWork> work,
      TransactionObserver observer,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new Saga(sagaId, settings, stamper, work, observer, shard, ctx, timers)));
  }

  @Override
  public SagaState emptyState() {
    return SagaState.empty();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public EventHandler<SagaState, SagaEvent> eventHandler() {
    return SagaState::after;
  }

  @Override
  public SignalHandler<SagaState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              if (state.phase() == SagaState.Phase.NEW || state.phase().ended()) {
                afterEnd(state);
              } else {
                ctx.getSelf().tell(new SagaProtocol.Resume());
              }
            })
        .build();
  }

  @Override
  public CommandHandler<Command, SagaEvent, SagaState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(SagaProtocol.Start.class, this::start)
        .onCommand(SagaProtocol.Subscribe.class, this::subscribe)
        .onCommand(SagaProtocol.Get.class, this::get)
        .onCommand(
            SagaProtocol.Resume.class,
            (state, command) -> carryOut(progress.recovered(state, stamper::causedBy)))
        .onCommand(
            SagaProtocol.GoOn.class,
            (state, command) ->
                Idle.since(state.last(), stamper, command.idleMillis())
                    ? carryOut(progress.recovered(state, stamper::causedBy))
                    : Effect().none())
        .onCommand(
            SagaProtocol.StepAnswered.class,
            (state, command) ->
                answered(
                    command.step().action(),
                    progress.answered(state, command.step(), command.answer(), stamper::causedBy)))
        .onCommand(
            SagaProtocol.UndoAnswered.class,
            (state, command) ->
                answered(
                    command.step().compensation(),
                    progress.undoAnswered(
                        state,
                        command.step(),
                        command.attempt(),
                        command.answer(),
                        stamper::causedBy)))
        .onCommand(
            SagaProtocol.RetryUndo.class,
            (state, command) ->
                carryOut(
                    progress.undoDue(state, command.step(), command.attempt(), stamper::causedBy)))
        .onCommand(
            SagaProtocol.Verified.class,
            (state, command) ->
                answered(
                    SagaWork.VERIFICATION,
                    progress.verified(
                        state, command.attempt(), command.answer(), stamper::causedBy)))
        .onCommand(SagaProtocol.Redrive.class, this::redrive)
        .onCommand(SagaProtocol.Announced.class, this::announced)
        .onCommand(
            SagaProtocol.AnnounceAgain.class,
            (state, command) -> Effect().none().thenRun(this::afterEnd))
        .onCommand(SagaProtocol.Retire.class, this::retire)
        .build();
  }

  private Effect<SagaEvent, SagaState> start(SagaState state, SagaProtocol.Start command) {
    observer.at(Point.TAKE, sagaId, "Start saga");
    if (state.phase() != SagaState.Phase.NEW) {
      StatusReply<SagaView> reply =
          state.plan().equals(command.plan())
              ? StatusReply.success(SagaHistory.view(state))
              : StatusReply.error(
                  "Saga " + sagaId + " was started with another plan: " + state.plan());
      return Effect().none().thenRun(after -> command.replyTo().tell(reply));
    }
    retirement.cancel();
    Decision decision =
        progress.start(
            sagaId, command.plan(), stamper.causedBy(command.cause()), stamper::causedBy);
    return persist(decision)
        .thenRun(after -> command.replyTo().tell(StatusReply.success(SagaHistory.view(after))))
        .thenRun(after -> act(after, decision.action()));
  }

  private Effect<SagaEvent, SagaState> subscribe(SagaState state, SagaProtocol.Subscribe command) {
    return Effect()
        .none()
        .thenRun(
            after -> {
              if (state.phase() == SagaState.Phase.NEW) {
                command.replyTo().tell(StatusReply.error("Saga " + sagaId + " was not started"));
              } else if (state.phase().ended()) {
                command.replyTo().tell(StatusReply.success(outcome(state)));
              } else if (subscribers.size() >= settings.subscribersMax()) {
                command
                    .replyTo()
                    .tell(
                        StatusReply.error(
                            "Saga "
                                + sagaId
                                + " has "
                                + subscribers.size()
                                + " subscribers, the most that "
                                + SagaSettings.PATH
                                + ".subscribers-max allows; ask for its view instead"));
              } else {
                subscribers.add(command.replyTo());
              }
            });
  }

  private Effect<SagaEvent, SagaState> get(SagaState state, SagaProtocol.Get command) {
    StatusReply<SagaView> reply =
        state.phase() == SagaState.Phase.NEW
            ? StatusReply.error("Saga " + sagaId + " was not started")
            : StatusReply.success(SagaHistory.view(state));
    return Effect().none().thenRun(after -> command.replyTo().tell(reply));
  }

  private Effect<SagaEvent, SagaState> redrive(SagaState state, SagaProtocol.Redrive command) {
    observer.at(Point.TAKE, sagaId, "Redrive saga");
    if (state.phase() != SagaState.Phase.STUCK) {
      StatusReply<SagaView> reply =
          state.redrives() > 0
              ? StatusReply.success(SagaHistory.view(state))
              : StatusReply.error(
                  "Saga "
                      + sagaId
                      + (state.phase() == SagaState.Phase.NEW
                          ? " was not started"
                          : " is " + SagaHistory.name(state.phase()))
                      + "; only a stuck one is redriven");
      return Effect().none().thenRun(after -> command.replyTo().tell(reply));
    }
    retirement.cancel();
    timers.cancel(new SagaProtocol.AnnounceAgain());
    Decision decision = progress.redrive(state, command.by(), stamper::causedBy);
    return persist(decision)
        .thenRun(after -> command.replyTo().tell(StatusReply.success(SagaHistory.view(after))))
        .thenRun(after -> act(after, decision.action()));
  }

  private Effect<SagaEvent, SagaState> announced(SagaState state, SagaProtocol.Announced command) {
    return Effect()
        .none()
        .thenRun(
            after -> {
              if (!after.phase().ended()) {
                return; // Redriven meanwhile.
              }
              if (command.durable()) {
                retirement.begin();
              } else {
                timers.startSingleTimer(new SagaProtocol.AnnounceAgain(), settings.undoPause());
              }
            });
  }

  private Effect<SagaEvent, SagaState> retire(SagaState state, SagaProtocol.Retire command) {
    return Effect()
        .none()
        .thenRun(
            after -> {
              if (after.phase() == SagaState.Phase.NEW || after.phase().ended()) {
                retirement.leave();
              }
            });
  }

  private Effect<SagaEvent, SagaState> carryOut(Decision decision) {
    return decision.events().isEmpty()
        ? Effect().none().thenRun(after -> act(after, decision.action()))
        : persist(decision).thenRun(after -> act(after, decision.action()));
  }

  private Effect<SagaEvent, SagaState> answered(String what, Decision decision) {
    observer.at(Point.ANSWER, sagaId, what);
    return carryOut(decision);
  }

  private EffectBuilder<SagaEvent, SagaState> persist(Decision decision) {
    String names = TransactionObserver.names(decision.events());
    observer.at(Point.WRITE, sagaId, names);
    return Effect()
        .persist(decision.events())
        .thenRun(after -> observer.at(Point.WRITTEN, sagaId, names));
  }

  private void act(SagaState state, Action action) {
    if (action instanceof Action.DoStep step) {
      observer.at(Point.TELL, sagaId, step.step().action());
      Duration deadline = settings.stepDeadlines().get(step.step());
      ctx.ask(
          StepOutcome.class,
          work,
          deadline,
          replyTo -> new SagaWork.Do(sagaId, state.plan(), step.step(), replyTo),
          (outcome, failure) ->
              new SagaProtocol.StepAnswered(
                  step.step(), answer(step.step().action(), deadline, outcome)));
    } else if (action instanceof Action.UndoStep undo) {
      observer.at(Point.TELL, sagaId, undo.step().compensation());
      ctx.ask(
          StepOutcome.class,
          work,
          settings.undoDeadline(),
          replyTo -> new SagaWork.Undo(sagaId, state.plan(), undo.step(), replyTo),
          (outcome, failure) ->
              new SagaProtocol.UndoAnswered(
                  undo.step(),
                  undo.attempt(),
                  answer(undo.step().compensation(), settings.undoDeadline(), outcome)));
    } else if (action instanceof Action.UndoLater later) {
      timers.startSingleTimer(
          new SagaProtocol.RetryUndo(later.step(), later.attempt()), settings.undoPause());
    } else if (action instanceof Action.Verify look) {
      observer.at(Point.TELL, sagaId, SagaWork.VERIFICATION);
      ctx.ask(
          StepOutcome.class,
          work,
          settings.undoDeadline(),
          replyTo -> new SagaWork.Verify(sagaId, state.plan(), replyTo),
          (outcome, failure) ->
              new SagaProtocol.Verified(
                  look.attempt(), answer("the look", settings.undoDeadline(), outcome)));
    } else if (action instanceof Action.End) {
      SagaOutcome outcome = outcome(state);
      subscribers.forEach(subscriber -> subscriber.tell(StatusReply.success(outcome)));
      subscribers.clear();
      afterEnd(state);
    }
  }

  /** It leaves memory only once people are told, durably, of what concerns them. */
  private void afterEnd(SagaState state) {
    if (state.phase() == SagaState.Phase.STUCK) {
      String what =
          state.steps().stream()
              .filter(step -> step.status() == SagaState.Status.UNDO_FAILED)
              .filter(step -> step.undoAttempts() > 0)
              .reduce((earlier, later) -> later)
              .map(step -> step.step().compensation())
              .orElse(SagaWork.VERIFICATION);
      tellPeople(
          replyTo ->
              new SagaWork.Stuck(
                  sagaId, state.plan(), what, state.message(), state.last(), replyTo));
    } else if (state.phase() == SagaState.Phase.COMPENSATED && state.redrives() > 0) {
      tellPeople(replyTo -> new SagaWork.Settled(sagaId, state.last(), replyTo));
    } else {
      retirement.begin();
    }
  }

  private void tellPeople(Function<ActorRef<Done>, SagaWork> message) {
    ctx.ask(
        Done.class,
        work,
        settings.undoDeadline(),
        message::apply,
        (done, failure) -> new SagaProtocol.Announced(done != null));
  }

  // No outcome means that the deadline passed.
  private static Answer answer(String what, Duration deadline, StepOutcome outcome) {
    if (outcome instanceof StepOutcome.Succeeded done) {
      return new Answer.Succeeded(done.evidence());
    }
    if (outcome instanceof StepOutcome.Failed failed) {
      return new Answer.Failed(failed.code(), failed.message(), false);
    }
    return new Answer.Failed(
        DEADLINE_EXCEEDED, what + " did not answer within " + deadline.toMillis() + " ms", true);
  }

  private static SagaOutcome outcome(SagaState state) {
    SagaOutcome.End end =
        switch (state.phase()) {
          case COMPLETED -> SagaOutcome.End.COMPLETED;
          case COMPENSATED -> SagaOutcome.End.COMPENSATED;
          case STUCK -> SagaOutcome.End.STUCK;
          case NEW, RUNNING, COMPENSATING, VERIFYING ->
              throw new IllegalStateException("Saga " + state.sagaId() + " has not ended");
        };
    return new SagaOutcome(state.sagaId(), end, state.code(), state.message(), state.last());
  }
}
