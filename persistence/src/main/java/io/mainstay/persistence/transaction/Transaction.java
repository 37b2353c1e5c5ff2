package io.mainstay.persistence.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotSelectionCriteria;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.Recovery;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.persistence.entity.Idle;
import io.mainstay.persistence.entity.Retirement;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import io.mainstay.persistence.transaction.TransactionProgress.Action;
import io.mainstay.persistence.transaction.TransactionProgress.Decision;
import io.mainstay.persistence.transaction.TransactionProtocol.Command;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.persistence.transaction.TransactionState.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * Coordinates one atomic operation. The decision is journaled before the first participant is told;
 * {@link TransactionProgress} decides, this carries out.
 */
public final class Transaction
    extends EventSourcedBehavior<Command, TransactionEvent, TransactionState> {
  private final String transactionId;
  private final TransactionSettings settings;
  private final TransactionProgress progress;
  private final TransactionWiring wiring;
  private final EventStamper stamper;
  private final TransactionObserver observer;
  private final Retirement<Command> retirement;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Vote> votes;
  private final ActorRef<Acknowledgement> answers;
  private final List<ActorRef<StatusReply<TransactionOutcome>>> subscribers = new ArrayList<>();
  private final List<TransactionProtocol.Release> releases = new ArrayList<>();
  private Round round = Round.empty();
  private boolean alarmed;

  private Transaction(
      String transactionId,
      TransactionSettings settings,
      TransactionWiring wiring,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    super(PersistenceId.of(Transactions.TYPE, transactionId));
    this.transactionId = transactionId;
    this.settings = settings;
    this.progress = new TransactionProgress(settings.attempts());
    this.wiring = wiring;
    this.stamper = wiring.stamper();
    this.observer = wiring.observer();
    this.ctx = ctx;
    this.timers = timers;
    this.votes = ctx.messageAdapter(Vote.class, TransactionProtocol.VoteCast::new);
    this.answers = ctx.messageAdapter(Acknowledgement.class, TransactionProtocol.AnswerCame::new);
    this.retirement =
        new Retirement<>(
            ctx, timers, shard, new TransactionProtocol.Retire(), settings.retireAfter());
  }

  /**
   * The entity.
   *
   * @param shard told when one that rests may leave memory
   */
  public static Behavior<Command> create(
      String transactionId,
      TransactionSettings settings,
      TransactionWiring wiring,
      ActorRef<ClusterSharding.ShardCommand> shard) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new Transaction(transactionId, settings, wiring, shard, ctx, timers)));
  }

  @Override
  public TransactionState emptyState() {
    return TransactionState.empty();
  }

  /** A few events: to look for a snapshot of each new one costs more than to read them. */
  @Override
  public Recovery recovery() {
    return Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
  }

  @Override
  public EventHandler<TransactionState, TransactionEvent> eventHandler() {
    return TransactionState::after;
  }

  @Override
  public SignalHandler<TransactionState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              if (state.phase().rests()) {
                retirement.begin();
              } else {
                // Its alarm may be of an earlier life.
                alarmed = true;
                ctx.getSelf().tell(new TransactionProtocol.Resume());
              }
            })
        .build();
  }

  @Override
  public CommandHandler<Command, TransactionEvent, TransactionState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(TransactionProtocol.Begin.class, this::begin)
        .onCommand(TransactionProtocol.Subscribe.class, this::subscribe)
        .onCommand(TransactionProtocol.Get.class, this::get)
        .onCommand(TransactionProtocol.OutcomeAsked.class, this::outcome)
        .onCommand(TransactionProtocol.Release.class, this::release)
        .onCommand(TransactionProtocol.Redrive.class, this::redrive)
        // It is awake by now; recovery does the rest.
        .onCommand(TransactionProtocol.Wake.class, (state, wake) -> Effect().none())
        .onCommand(
            TransactionProtocol.GoOn.class,
            (state, goOn) ->
                !state.phase().rests() && Idle.since(state.last(), stamper, goOn.idleMillis())
                    ? carryOut(progress.recovered(state, stamper::causedBy))
                    : Effect().none())
        .onCommand(
            TransactionProtocol.Resume.class,
            (state, resume) -> carryOut(progress.recovered(state, stamper::causedBy)))
        .onCommand(TransactionProtocol.VoteCast.class, this::voted)
        .onCommand(
            TransactionProtocol.PrepareOverdue.class,
            (state, overdue) -> carryOut(progress.prepareOverdue(state, round, stamper::causedBy)))
        .onCommand(TransactionProtocol.AnswerCame.class, this::answered)
        .onCommand(TransactionProtocol.AnswerOverdue.class, this::answerOverdue)
        .onCommand(
            TransactionProtocol.TellDue.class,
            (state, due) -> carryOut(progress.due(state, round, due.participant(), due.attempt())))
        .onCommand(TransactionProtocol.Retire.class, this::retire)
        .build();
  }

  private Effect<TransactionEvent, TransactionState> begin(
      TransactionState state, TransactionProtocol.Begin command) {
    observer.at(Point.TAKE, transactionId, "Begin coordinator");
    if (state.phase() != Phase.NEW) {
      if (!state.plan().equals(command.plan())) {
        return Effect()
            .none()
            .thenRun(
                after ->
                    command
                        .replyTo()
                        .tell(
                            StatusReply.error(
                                "Transaction "
                                    + transactionId
                                    + " was begun with another plan: "
                                    + state.plan())));
      }
      return Effect().none().thenRun(after -> join(after, command.replyTo()));
    }
    retirement.cancel();
    return carryOut(
            progress.begin(
                transactionId,
                command.plan(),
                stamper.causedBy(command.cause()),
                stamper::causedBy))
        .thenRun(after -> join(after, command.replyTo()));
  }

  private Effect<TransactionEvent, TransactionState> subscribe(
      TransactionState state, TransactionProtocol.Subscribe command) {
    return Effect().none().thenRun(after -> join(after, command.replyTo()));
  }

  private void join(TransactionState state, ActorRef<StatusReply<TransactionOutcome>> replyTo) {
    if (state.phase() == Phase.NEW) {
      replyTo.tell(StatusReply.error(unknown()));
    } else if (decidedForGood(state)) {
      replyTo.tell(StatusReply.success(outcome(state)));
    } else if (subscribers.size() >= settings.subscribersMax()) {
      replyTo.tell(
          StatusReply.error(
              "Transaction "
                  + transactionId
                  + " has "
                  + subscribers.size()
                  + " subscribers, the most that "
                  + TransactionSettings.PATH
                  + ".subscribers-max allows; ask for its view instead"));
    } else {
      subscribers.add(replyTo);
    }
  }

  private Effect<TransactionEvent, TransactionState> get(
      TransactionState state, TransactionProtocol.Get command) {
    return Effect().none().thenRun(after -> command.replyTo().tell(viewOf(after)));
  }

  private Effect<TransactionEvent, TransactionState> outcome(
      TransactionState state, TransactionProtocol.OutcomeAsked ask) {
    observer.at(Point.TAKE, transactionId, "OutcomeAsked " + ask.participant());
    TransactionProtocol.Verdict.Outcome outcome =
        switch (state.phase()) {
          case NEW, ABORTING, ABORTED -> TransactionProtocol.Verdict.Outcome.ABORTED;
          case PREPARING -> TransactionProtocol.Verdict.Outcome.UNDECIDED;
          case COMMITTING, COMMITTED -> TransactionProtocol.Verdict.Outcome.COMMITTED;
          case RELEASING, RELEASED -> TransactionProtocol.Verdict.Outcome.RELEASED;
        };
    return Effect()
        .none()
        .thenRun(
            after ->
                ask.replyTo()
                    .tell(
                        new TransactionProtocol.Verdict(transactionId, outcome, state.handOver())));
  }

  private Effect<TransactionEvent, TransactionState> release(
      TransactionState state, TransactionProtocol.Release command) {
    observer.at(Point.TAKE, transactionId, "Release coordinator");
    return switch (state.phase()) {
      case NEW, ABORTED, RELEASED ->
          Effect().none().thenRun(after -> command.replyTo().tell(released(after)));
      case PREPARING -> {
        remember(command);
        yield carryOut(progress.givenUp(state, round, command.reason(), stamper::causedBy));
      }
      case COMMITTED -> {
        retirement.cancel();
        remember(command);
        yield carryOut(
            progress.release(
                state, round, command.handOver(), command.reason(), stamper::causedBy));
      }
      case COMMITTING, ABORTING, RELEASING -> {
        remember(command);
        yield Effect().none();
      }
    };
  }

  /** Asked again when what runs has ended; one more than allowed is not answered in time. */
  private void remember(TransactionProtocol.Release command) {
    if (releases.size() < settings.subscribersMax()) {
      releases.add(command);
    }
  }

  private TransactionProtocol.Released released(TransactionState state) {
    return new TransactionProtocol.Released(transactionId, TransactionState.name(state.phase()));
  }

  private Effect<TransactionEvent, TransactionState> redrive(
      TransactionState state, TransactionProtocol.Redrive command) {
    observer.at(Point.TAKE, transactionId, "Redrive coordinator");
    return carryOut(progress.redrive(state, round, command.reason(), stamper::causedBy))
        .thenRun(after -> command.replyTo().tell(viewOf(after)));
  }

  private Effect<TransactionEvent, TransactionState> voted(
      TransactionState state, TransactionProtocol.VoteCast cast) {
    observer.at(Point.ANSWER, transactionId, "Vote " + cast.vote().participant());
    return carryOut(progress.voted(state, round, cast.vote(), stamper::causedBy));
  }

  private Effect<TransactionEvent, TransactionState> answered(
      TransactionState state, TransactionProtocol.AnswerCame came) {
    Acknowledgement answer = came.answer();
    observer.at(Point.ANSWER, transactionId, answer.result() + " " + answer.participant());
    timers.cancel(answer.participant());
    return carryOut(progress.answered(state, round, answer, stamper::causedBy));
  }

  private Effect<TransactionEvent, TransactionState> answerOverdue(
      TransactionState state, TransactionProtocol.AnswerOverdue overdue) {
    if (round.attempt(overdue.participant()) != overdue.attempt()) {
      return Effect().none();
    }
    return carryOut(
        progress.answered(
            state,
            round,
            Acknowledgement.failed(
                transactionId,
                overdue.participant(),
                TransactionProgress.NO_ANSWER,
                overdue.participant()
                    + " did not answer within "
                    + settings.answerTimeout().toMillis()
                    + " ms",
                null),
            stamper::causedBy));
  }

  private Effect<TransactionEvent, TransactionState> retire(
      TransactionState state, TransactionProtocol.Retire command) {
    return Effect()
        .none()
        .thenRun(
            after -> {
              if (after.phase().rests()) {
                retirement.leave();
              }
            });
  }

  private EffectBuilder<TransactionEvent, TransactionState> carryOut(Decision decision) {
    round = decision.round();
    if (decision.events().isEmpty()) {
      return Effect().none().thenRun(after -> act(after, decision.actions()));
    }
    String names = TransactionObserver.names(decision.events());
    observer.at(Point.WRITE, transactionId, names);
    return Effect()
        .persist(decision.events())
        .thenRun(
            after -> {
              observer.at(Point.WRITTEN, transactionId, names);
              act(after, decision.actions());
            });
  }

  private void act(TransactionState state, List<Action> actions) {
    for (Action action : actions) {
      if (action instanceof Action.AskVotes) {
        timers.startSingleTimer(
            new TransactionProtocol.PrepareOverdue(), settings.votesWithin(state.plan()));
        for (ParticipantWork work : state.plan().works()) {
          send(new ParticipantCommand.Prepare(transactionId, state.plan().owner(), work, votes));
        }
      } else if (action instanceof Action.Tell tell) {
        timers.cancel(new TransactionProtocol.PrepareOverdue());
        timers.startSingleTimer(
            tell.participant(),
            new TransactionProtocol.AnswerOverdue(tell.participant(), tell.attempt()),
            settings.answerTimeout());
        send(told(state, tell.participant()));
      } else if (action instanceof Action.TellLater later) {
        timers.startSingleTimer(
            later.participant(),
            new TransactionProtocol.TellDue(later.participant(), later.attempt()),
            settings.pauseBefore(later.attempt()));
      } else if (action instanceof Action.Alarm alarm) {
        alarmed = true;
        wiring.stuck().accept(stuck(state, alarm));
      } else if (action instanceof Action.End) {
        onEnd(state);
      }
    }
  }

  private TransactionWiring.Stuck stuck(TransactionState state, Action.Alarm alarm) {
    return new TransactionWiring.Stuck(
        transactionId,
        state.plan().operation(),
        alarm.participant(),
        alarm.code(),
        alarm.message(),
        state.last());
  }

  private ParticipantCommand told(TransactionState state, String participant) {
    return switch (state.phase()) {
      case COMMITTING -> new ParticipantCommand.Commit(transactionId, participant, answers);
      case ABORTING -> new ParticipantCommand.Abort(transactionId, participant, answers);
      case RELEASING ->
          new ParticipantCommand.Release(transactionId, participant, state.handOver(), answers);
      case NEW, PREPARING, COMMITTED, ABORTED, RELEASED ->
          throw new IllegalStateException(transactionId + " is " + state.phase());
    };
  }

  private void send(ParticipantCommand command) {
    observer.at(
        Point.TELL,
        transactionId,
        command.getClass().getSimpleName() + " " + command.participant());
    wiring.participants().tell(command);
  }

  private void onEnd(TransactionState state) {
    if (alarmed) {
      alarmed = false;
      wiring
          .settled()
          .accept(
              new TransactionWiring.Settled(
                  transactionId,
                  state.plan().operation(),
                  TransactionState.name(state.phase()),
                  state.last()));
    }
    subscribers.forEach(waits -> waits.tell(StatusReply.success(outcome(state))));
    subscribers.clear();
    releases.forEach(ctx.getSelf()::tell);
    releases.clear();
    retirement.begin();
  }

  private static boolean decidedForGood(TransactionState state) {
    return state.phase() != Phase.PREPARING
        && state.phase() != Phase.COMMITTING
        && state.phase() != Phase.ABORTING;
  }

  private static TransactionOutcome outcome(TransactionState state) {
    boolean committed = state.phase() != Phase.ABORTED;
    return new TransactionOutcome(
        state.transactionId(),
        committed,
        committed ? "" : state.code(),
        committed ? "" : state.message(),
        committed ? "" : state.remedy(),
        state.last());
  }

  private StatusReply<TransactionView> viewOf(TransactionState state) {
    return state.phase() == Phase.NEW
        ? StatusReply.error(unknown())
        : StatusReply.success(TransactionViews.of(state));
  }

  private String unknown() {
    return "There is no transaction " + transactionId;
  }
}
