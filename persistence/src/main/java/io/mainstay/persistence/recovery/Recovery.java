package io.mainstay.persistence.recovery;

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
import io.mainstay.persistence.entity.Retirement;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryProgress.Action;
import io.mainstay.persistence.recovery.RecoveryProgress.Answer;
import io.mainstay.persistence.recovery.RecoveryProgress.Decision;
import io.mainstay.persistence.recovery.RecoveryProtocol.Command;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import java.time.Duration;

/**
 * Carries a cascade or a strategy through, across the deaths of its node. Every step is journaled
 * before it is asked for; {@link RecoveryProgress} decides, this carries out.
 */
public final class Recovery extends EventSourcedBehavior<Command, RecoveryEvent, RecoveryState> {
  static final String STEP_LIMIT_EXCEEDED = "step_deadline_exceeded";

  private final String recoveryId;
  private final RecoverySettings settings;
  private final RecoveryProgress progress;
  private final EventStamper stamper;
  private final ActorRef<RecoveryWork> work;
  private final TransactionObserver observer;
  private final Retirement<Command> retirement;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;

  private Recovery(
      String recoveryId,
      RecoverySettings settings,
      EventStamper stamper,
      ActorRef<RecoveryWork> work,
      TransactionObserver observer,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    super(PersistenceId.of(Recoveries.TYPE, recoveryId));
    this.recoveryId = recoveryId;
    this.settings = settings;
    this.progress = new RecoveryProgress(settings.undoAttempts(), settings.resumesMax());
    this.stamper = stamper;
    this.work = work;
    this.observer = observer;
    this.ctx = ctx;
    this.timers = timers;
    this.retirement =
        new Retirement<>(ctx, timers, shard, new RecoveryProtocol.Retire(), settings.retireAfter());
  }

  /**
   * The entity.
   *
   * @param work who does the steps, on this node
   * @param observer shown every message and write
   * @param shard told when an ended recovery may leave memory
   */
  public static Behavior<Command> create(
      String recoveryId,
      RecoverySettings settings,
      EventStamper stamper,
      ActorRef<RecoveryWork> work,
      TransactionObserver observer,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new Recovery(
                        recoveryId, settings, stamper, work, observer, shard, ctx, timers)));
  }

  @Override
  public RecoveryState emptyState() {
    return RecoveryState.empty();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public EventHandler<RecoveryState, RecoveryEvent> eventHandler() {
    return RecoveryState::after;
  }

  @Override
  public SignalHandler<RecoveryState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::afterReplay)
        .build();
  }

  @Override
  public CommandHandler<Command, RecoveryEvent, RecoveryState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(RecoveryProtocol.Begin.class, this::begin)
        .onCommand(RecoveryProtocol.Get.class, this::get)
        .onCommand(RecoveryProtocol.Redrive.class, this::redrive)
        .onCommand(
            RecoveryProtocol.Resume.class,
            (state, command) -> carryOut(progress.resumed(state, stamper::causedBy)))
        .onCommand(
            RecoveryProtocol.StepAnswered.class,
            (state, told) ->
                answered(
                    state.plan().step(told.step()).action(),
                    progress.answered(
                        state, told.step(), told.attempt(), told.answer(), stamper::causedBy)))
        .onCommand(
            RecoveryProtocol.StepDue.class,
            (state, due) ->
                carryOut(progress.stepDue(state, due.step(), due.attempt(), stamper::causedBy)))
        .onCommand(
            RecoveryProtocol.UndoAnswered.class,
            (state, told) ->
                answered(
                    state.plan().step(told.step()).rollback(),
                    progress.undoAnswered(
                        state, told.step(), told.attempt(), told.answer(), stamper::causedBy)))
        .onCommand(
            RecoveryProtocol.UndoDue.class,
            (state, due) ->
                carryOut(progress.undoDue(state, due.step(), due.attempt(), stamper::causedBy)))
        .onCommand(
            RecoveryProtocol.LimitOver.class,
            (state, command) -> carryOut(progress.limitOver(state, stamper::causedBy)))
        .onCommand(RecoveryProtocol.Announced.class, this::announced)
        .onCommand(
            RecoveryProtocol.AnnounceAgain.class,
            (state, command) -> Effect().none().thenRun(this::announce))
        .onCommand(RecoveryProtocol.Retire.class, this::retire)
        .build();
  }

  private void afterReplay(RecoveryState state) {
    if (state.phase() == RecoveryState.Phase.NEW) {
      retirement.begin();
    } else if (state.phase().ended()) {
      announce(state);
    } else {
      limit(state.plan());
      ctx.getSelf().tell(new RecoveryProtocol.Resume());
    }
  }

  private Effect<RecoveryEvent, RecoveryState> begin(
      RecoveryState state, RecoveryProtocol.Begin command) {
    if (state.phase() != RecoveryState.Phase.NEW) {
      StatusReply<RecoveryView> reply =
          state.plan().equals(command.plan())
              ? StatusReply.success(RecoveryHistory.view(state))
              : StatusReply.error("Recovery " + recoveryId + " was begun with another plan");
      // Who asks for one that is over has not heard of its end.
      return Effect()
          .none()
          .thenRun(after -> command.replyTo().tell(reply))
          .thenRun(this::announce);
    }
    retirement.cancel();
    limit(command.plan());
    Decision decision =
        progress.begin(
            recoveryId,
            command.plan(),
            command.by(),
            stamper.causedBy(command.cause()),
            stamper::causedBy);
    return persist(decision)
        .thenRun(after -> command.replyTo().tell(StatusReply.success(RecoveryHistory.view(after))))
        .thenRun(after -> act(after, decision.action()));
  }

  private void limit(RecoveryPlan plan) {
    timers.startSingleTimer(
        new RecoveryProtocol.LimitOver(), Duration.ofMillis(plan.limitMillis()));
  }

  private Effect<RecoveryEvent, RecoveryState> get(
      RecoveryState state, RecoveryProtocol.Get command) {
    StatusReply<RecoveryView> reply =
        state.phase() == RecoveryState.Phase.NEW
            ? StatusReply.error("Recovery " + recoveryId + " was not begun")
            : StatusReply.success(RecoveryHistory.view(state));
    return Effect().none().thenRun(after -> command.replyTo().tell(reply));
  }

  private Effect<RecoveryEvent, RecoveryState> redrive(
      RecoveryState state, RecoveryProtocol.Redrive command) {
    if (state.phase() != RecoveryState.Phase.STUCK) {
      String what =
          state.phase() == RecoveryState.Phase.NEW
              ? "was not begun"
              : "is " + RecoveryHistory.name(state.phase());
      StatusReply<RecoveryView> reply =
          StatusReply.error(
              "Recovery " + recoveryId + " " + what + "; only a stuck one is redriven");
      return Effect().none().thenRun(after -> command.replyTo().tell(reply));
    }
    retirement.cancel();
    timers.cancel(new RecoveryProtocol.AnnounceAgain());
    Decision decision = progress.redrive(state, command.by(), stamper::causedBy);
    return persist(decision)
        .thenRun(after -> command.replyTo().tell(StatusReply.success(RecoveryHistory.view(after))))
        .thenRun(after -> act(after, decision.action()));
  }

  private Effect<RecoveryEvent, RecoveryState> announced(
      RecoveryState state, RecoveryProtocol.Announced command) {
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
                timers.startSingleTimer(new RecoveryProtocol.AnnounceAgain(), settings.stepPause());
              }
            });
  }

  private Effect<RecoveryEvent, RecoveryState> retire(
      RecoveryState state, RecoveryProtocol.Retire command) {
    return Effect()
        .none()
        .thenRun(
            after -> {
              if (after.phase() == RecoveryState.Phase.NEW || after.phase().ended()) {
                retirement.leave();
              }
            });
  }

  private Effect<RecoveryEvent, RecoveryState> answered(String what, Decision decision) {
    observer.at(Point.ANSWER, recoveryId, what);
    return carryOut(decision);
  }

  private Effect<RecoveryEvent, RecoveryState> carryOut(Decision decision) {
    return decision.events().isEmpty()
        ? Effect().none().thenRun(after -> act(after, decision.action()))
        : persist(decision).thenRun(after -> act(after, decision.action()));
  }

  private EffectBuilder<RecoveryEvent, RecoveryState> persist(Decision decision) {
    String names = TransactionObserver.names(decision.events());
    observer.at(Point.WRITE, recoveryId, names);
    return Effect()
        .persist(decision.events())
        .thenRun(after -> observer.at(Point.WRITTEN, recoveryId, names));
  }

  private void act(RecoveryState state, Action action) {
    if (action instanceof Action.DoStep asked) {
      RecoveryPlan.Step step = asked.step();
      observer.at(Point.TELL, recoveryId, step.action());
      ctx.ask(
          RecoveryStepOutcome.class,
          work,
          step.limit(),
          replyTo ->
              new RecoveryWork.Do(
                  recoveryId, state.plan(), step, asked.attempt(), state.last(), replyTo),
          (outcome, failure) ->
              new RecoveryProtocol.StepAnswered(
                  step.number(), asked.attempt(), answer(step.action(), step.limit(), outcome)));
    } else if (action instanceof Action.UndoStep undo) {
      RecoveryPlan.Step step = undo.step();
      observer.at(Point.TELL, recoveryId, step.rollback());
      ctx.ask(
          RecoveryStepOutcome.class,
          work,
          settings.undoDeadline(),
          replyTo -> new RecoveryWork.Undo(recoveryId, state.plan(), step, state.last(), replyTo),
          (outcome, failure) ->
              new RecoveryProtocol.UndoAnswered(
                  step.number(),
                  undo.attempt(),
                  answer(step.rollback(), settings.undoDeadline(), outcome)));
    } else if (action instanceof Action.DoLater later) {
      timers.startSingleTimer(
          new RecoveryProtocol.StepDue(later.step().number(), later.attempt()),
          settings.stepPause());
    } else if (action instanceof Action.UndoLater later) {
      timers.startSingleTimer(
          new RecoveryProtocol.UndoDue(later.step().number(), later.attempt()),
          settings.stepPause());
    } else if (action instanceof Action.Finish) {
      timers.cancel(new RecoveryProtocol.LimitOver());
      announce(state);
    }
  }

  /** It leaves memory only once whoever has to know does. */
  private void announce(RecoveryState state) {
    if (!state.phase().ended()) {
      return;
    }
    RecoveryOutcome outcome =
        new RecoveryOutcome(
            recoveryId,
            state.plan(),
            RecoveryOutcome.End.valueOf(state.phase().name()),
            state.code(),
            state.message(),
            state.last(),
            state.ranOutOfTime());
    ctx.ask(
        Done.class,
        work,
        settings.undoDeadline(),
        replyTo -> new RecoveryWork.Over(recoveryId, outcome, replyTo),
        (done, failure) -> new RecoveryProtocol.Announced(done != null));
  }

  // No outcome means that the limit passed.
  private static Answer answer(String what, Duration limit, RecoveryStepOutcome outcome) {
    if (outcome instanceof RecoveryStepOutcome.Done done) {
      return new Answer.Done(done.evidence(), done.enough(), done.sharedWith());
    }
    if (outcome instanceof RecoveryStepOutcome.Failed failed) {
      return new Answer.Failed(failed.code(), failed.message(), false);
    }
    return new Answer.Failed(
        STEP_LIMIT_EXCEEDED, what + " did not answer within " + limit.toMillis() + " ms", true);
  }
}
