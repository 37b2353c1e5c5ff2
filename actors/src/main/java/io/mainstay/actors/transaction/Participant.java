package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.transaction.Verdicts.Step;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.actors.transaction.resource.Resources.Claim;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.Acknowledgement.Result;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import io.mainstay.persistence.transaction.Vote;
import io.mainstay.persistence.transaction.participant.Holding;
import io.mainstay.persistence.transaction.participant.Holdings;
import io.mainstay.persistence.transaction.participant.ParticipantEvent;
import io.mainstay.persistence.transaction.participant.ParticipantLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * One domain as a participant. It holds in the domain's own book, writes down what it holds before
 * it votes and what it did before it answers, and works on one command of a transaction at a time.
 * States: reading (its log), serving. What it prepared and heard nothing of it asks about; what is
 * held for an owner that is gone, or for longer than it may be, it has released.
 */
final class Participant {
  /**
   * What a participant works with.
   *
   * @param life of the domains; ids of earlier ones are of owners that are gone
   * @param preparing by transaction: put in place, or being so, and not in the log yet. It outlives
   *     a restart of the participant, whose successor gives that back. Confined to the participant
   * @param log a fresh behavior of its log
   */
  record Setup(
      String name,
      String life,
      ParticipationSettings settings,
      Resources resources,
      Coordinator coordinator,
      EventStamper stamper,
      TransactionObserver observer,
      Map<String, ParticipantCommand.Prepare> preparing,
      Behavior<ParticipantLog.Command> log) {}

  private static final int STASH_MAX = 10_000;
  private static final int ABORTED_MAX = 10_000;

  private final Setup setup;
  private final ActorContext<ParticipantMessage> ctx;
  private final TimerScheduler<ParticipantMessage> timers;
  private final LogWriter log;
  private final CommandQueues queues = new CommandQueues();
  private final ParticipantAnswers answers;
  private final Map<String, ParticipantCommand.Prepare> preparing;
  // Of an earlier life, put in place again by this one; what is under way counts.
  private final Map<String, CompletionStage<?>> inPlace = new HashMap<>();
  private final Set<String> aborted =
      java.util.Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > ABORTED_MAX;
            }
          });

  private Participant(
      Setup setup,
      ActorContext<ParticipantMessage> ctx,
      TimerScheduler<ParticipantMessage> timers,
      ActorRef<ParticipantLog.Command> log,
      Holdings holdings) {
    this.setup = setup;
    this.preparing = setup.preparing();
    this.answers = new ParticipantAnswers(ctx.getSystem(), setup.name(), setup.stamper());
    this.ctx = ctx;
    this.timers = timers;
    this.log =
        new LogWriter(
            log,
            ctx.messageAdapter(ParticipantLog.Written.class, ParticipantMessage.Written::new),
            setup.observer(),
            setup.name(),
            setup.settings().log().writeMax(),
            holdings);
    List<ParticipantCommand.Prepare> unwritten = List.copyOf(preparing.values());
    preparing.clear();
    // Nobody was told that these are held, and nobody will ask for them.
    unwritten.stream()
        .filter(prepare -> holdings.of(prepare.transactionId()).isEmpty())
        .forEach(prepare -> giveBack(claim(prepare)));
    holdings.holdings().values().forEach(this::resume);
  }

  /** The participant; commands wait until its log is read. */
  static Behavior<ParticipantMessage> create(Setup setup) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(STASH_MAX, stash -> reading(setup, ctx, timers, stash))));
  }

  private static Behavior<ParticipantMessage> reading(
      Setup setup,
      ActorContext<ParticipantMessage> ctx,
      TimerScheduler<ParticipantMessage> timers,
      StashBuffer<ParticipantMessage> stash) {
    ActorRef<ParticipantLog.Command> log = ctx.spawnAnonymous(setup.log());
    // A log that cannot write ends; then this one fails, and its successor reads what is true.
    ctx.watch(log);
    log.tell(
        new ParticipantLog.Read(
            ctx.messageAdapter(Holdings.class, ParticipantMessage.Recovered::new)));
    return Behaviors.receive(ParticipantMessage.class)
        .onMessage(
            ParticipantMessage.Recovered.class,
            recovered ->
                stash.unstashAll(
                    new Participant(setup, ctx, timers, log, recovered.holdings()).serving()))
        .onAnyMessage(
            early -> {
              stash.stash(early);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<ParticipantMessage> serving() {
    return Behaviors.receive(ParticipantMessage.class)
        .onMessage(ParticipantMessage.Take.class, this::onTake)
        .onMessage(ParticipantMessage.Count.class, this::onCount)
        .onMessage(ParticipantMessage.HoldAgain.class, this::onHoldAgain)
        .onMessage(ParticipantMessage.Settle.class, settle -> settle(settle.transactionId()))
        .onMessage(ParticipantMessage.Written.class, this::onWritten)
        .onMessage(ParticipantMessage.HoldEnded.class, this::onHoldEnded)
        .onMessage(ParticipantMessage.HoldGivenUp.class, this::onHoldGivenUp)
        .onMessage(ParticipantMessage.ConfirmEnded.class, this::onConfirmEnded)
        .onMessage(ParticipantMessage.FreeEnded.class, this::onFreeEnded)
        .onMessage(
            ParticipantMessage.Reapply.class, again -> reapply(again.holding(), again.attempt()))
        .onMessage(ParticipantMessage.Reapplied.class, this::onReapplied)
        .onMessage(ParticipantMessage.Doubt.class, this::onDoubt)
        .onMessage(ParticipantMessage.Told.class, this::onTold)
        .onMessage(ParticipantMessage.TimeUp.class, this::onTimeUp)
        // Read once only.
        .onMessage(ParticipantMessage.Recovered.class, again -> Behaviors.same())
        .build();
  }

  private Behavior<ParticipantMessage> onTake(ParticipantMessage.Take take) {
    ParticipantCommand command = take.command();
    // More of one transaction than may wait are repetitions, and come again.
    if (queues.take(command)) {
      setup
          .observer()
          .at(
              Point.TAKE,
              command.transactionId(),
              command.getClass().getSimpleName() + " " + setup.name());
      begin(command);
    }
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onCount(ParticipantMessage.Count count) {
    count
        .replyTo()
        .tell(
            new ParticipantMessage.Held(
                setup.name(), List.copyOf(log.holdings().holdings().values()), queues.busy()));
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onHoldAgain(ParticipantMessage.HoldAgain again) {
    String id = again.transactionId();
    if (!queues.busy().contains(id)) {
      log.holdings().of(id).ifPresent(holding -> reapply(holding, 1));
    }
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onWritten(ParticipantMessage.Written written) {
    log.on(written.written());
    return Behaviors.same();
  }

  private void begin(ParticipantCommand command) {
    String id = command.transactionId();
    if (command instanceof ParticipantCommand.Prepare prepare) {
      act(
          prepare,
          Verdicts.onPrepare(
              prepare, log.holdings(), aborted, open(), setup.settings().log().openMax()));
    } else if (command instanceof ParticipantCommand.Commit) {
      act(command, Verdicts.onCommit(id, log.holdings()));
    } else if (command instanceof ParticipantCommand.Abort) {
      aborted.add(id);
      act(command, Verdicts.onAbort(id, log.holdings()));
    } else {
      act(command, Verdicts.onRelease(id, log.holdings()));
    }
  }

  private int open() {
    return Math.max(log.holdings().holdings().size(), queues.busy().size() - 1);
  }

  private void act(ParticipantCommand command, Step step) {
    String id = command.transactionId();
    if (step instanceof Step.Hold) {
      ParticipantCommand.Prepare prepare = (ParticipantCommand.Prepare) command;
      preparing.put(id, prepare);
      ctx.pipeToSelf(
          setup.resources().hold(claim(prepare)),
          (held, failure) -> new ParticipantMessage.HoldEnded(prepare, failure));
    } else if (step instanceof Step.VoteAgain) {
      ParticipantCommand.Prepare prepare = (ParticipantCommand.Prepare) command;
      vote(prepare, Vote.commit(id, setup.name(), prepare.work().locks()));
    } else if (step instanceof Step.Refuse refuse) {
      vote(
          (ParticipantCommand.Prepare) command,
          Vote.abort(id, setup.name(), refuse.code(), refuse.message(), "Try again later"));
    } else if (step instanceof Step.Confirm confirm) {
      ctx.pipeToSelf(
          confirm(confirm.holding()),
          (status, failure) -> new ParticipantMessage.ConfirmEnded(command, status, failure));
    } else if (step instanceof Step.Free free) {
      free(command, free);
    } else if (step instanceof Step.AnswerAgain again) {
      answer(command, again.result(), again.status());
    } else if (step instanceof Step.Fail fail) {
      fail(command, fail.code(), fail.message());
    }
  }

  /** What an earlier life prepared may not be in place: then it is now, or it is not confirmed. */
  private CompletionStage<String> confirm(Holding holding) {
    if (holding.life().equals(setup.life())) {
      return setup.resources().confirm(claim(holding));
    }
    return Verdicts.ownerIsGone(holding, setup.life())
        ? CompletableFuture.completedStage("owner_gone")
        : setup
            .resources()
            .hold(claim(holding))
            .thenCompose(held -> setup.resources().confirm(claim(holding)));
  }

  /** Harmless if there is nothing; one that fails is asked by nobody again. */
  private CompletionStage<Void> giveBack(Claim claim) {
    return setup.resources().free(claim, false, others(claim.transactionId()));
  }

  private void free(ParticipantCommand command, Step.Free free) {
    boolean handOver = command instanceof ParticipantCommand.Release told && told.handOver();
    String id = free.holding().transactionId();
    timers.cancel(id);
    timers.cancel("reapply " + id);
    CompletionStage<?> placed = inPlace.remove(id);
    List<ParticipantWork> others = others(id);
    CompletionStage<Void> freed;
    if (placed != null) {
      freed =
          placed
              .handle((done, failure) -> done)
              .thenCompose(done -> setup.resources().free(claim(free.holding()), handOver, others));
    } else if (free.holding().life().equals(setup.life())) {
      freed = setup.resources().free(claim(free.holding()), handOver, others);
    } else {
      // What an earlier life held is not in place, and may be another owner's in this one.
      freed = CompletableFuture.completedStage(null);
    }
    ctx.pipeToSelf(
        freed,
        (done, failure) ->
            new ParticipantMessage.FreeEnded(command, free.result(), handOver, failure));
  }

  /** Those that are being prepared count: their resources may be in place already. */
  private List<ParticipantWork> others(String transactionId) {
    return Stream.concat(
            preparing.entrySet().stream()
                .filter(other -> !other.getKey().equals(transactionId))
                .map(other -> other.getValue().work()),
            log.holdings().holdings().values().stream()
                .filter(other -> !other.transactionId().equals(transactionId))
                .filter(
                    other ->
                        other.life().equals(setup.life())
                            || inPlace.containsKey(other.transactionId()))
                .map(Holding::work))
        .toList();
  }

  private Behavior<ParticipantMessage> onHoldEnded(ParticipantMessage.HoldEnded ended) {
    ParticipantCommand.Prepare prepare = ended.prepare();
    String id = prepare.transactionId();
    if (preparing.get(id) != prepare) {
      // Asked before a restart, which gave it back: the answer says that it came after that.
      if (!preparing.containsKey(id) && log.holdings().of(id).isEmpty()) {
        giveBack(claim(prepare));
      }
      return Behaviors.same();
    }
    if (ended.failure() != null && isRefused(ended.failure())) {
      abstain(prepare, ended.failure());
      return Behaviors.same();
    }
    if (ended.failure() != null) {
      // Not answered in time: it may be granted still, and is given back in that order.
      ctx.pipeToSelf(
          giveBack(claim(prepare)),
          (done, failure) -> new ParticipantMessage.HoldGivenUp(prepare, ended.failure(), failure));
      return Behaviors.same();
    }
    log.write(
        new ParticipantEvent.WorkPrepared(
            setup.stamper().root(), id, prepare.work(), prepare.owner(), setup.life()),
        () -> {
          timers.startSingleTimer(
              id, new ParticipantMessage.Doubt(id), setup.settings().doubtAfter());
          vote(prepare, Vote.commit(id, setup.name(), prepare.work().locks()));
        });
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onHoldGivenUp(ParticipantMessage.HoldGivenUp givenUp) {
    if (givenUp.failure() != null) {
      ctx.getLog()
          .warn(
              "giving back not answered transaction={} participant={} reason={}",
              givenUp.prepare().transactionId(),
              setup.name(),
              givenUp.failure().toString());
    }
    abstain(givenUp.prepare(), givenUp.why());
    return Behaviors.same();
  }

  private void abstain(ParticipantCommand.Prepare prepare, Throwable failure) {
    Refusal why = refusal(failure);
    vote(
        prepare,
        Vote.abort(
            prepare.transactionId(), setup.name(), why.code(), why.getMessage(), why.remedy()));
  }

  private Behavior<ParticipantMessage> onConfirmEnded(ParticipantMessage.ConfirmEnded ended) {
    ParticipantCommand command = ended.command();
    String id = command.transactionId();
    if (ended.failure() != null) {
      Refusal why = refusal(ended.failure());
      fail(command, why.code(), why.getMessage());
      return Behaviors.same();
    }
    log.holdings()
        .of(id)
        .filter(held -> !Verdicts.ownerIsGone(held, setup.life()))
        .ifPresent(this::noteInPlace);
    log.write(
        new ParticipantEvent.WorkCommitted(caused(id), id, ended.status()),
        () -> {
          timers.cancel(id);
          log.holdings().of(id).ifPresent(this::afterCommit);
          answer(command, Result.COMMITTED, ended.status());
        });
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onFreeEnded(ParticipantMessage.FreeEnded ended) {
    ParticipantCommand command = ended.command();
    String id = command.transactionId();
    if (ended.failure() != null) {
      Refusal why = refusal(ended.failure());
      fail(command, why.code(), why.getMessage());
      return Behaviors.same();
    }
    log.write(
        new ParticipantEvent.WorkDropped(
            caused(id),
            id,
            ended.result().name().toLowerCase(java.util.Locale.ROOT),
            ended.handOver()),
        () -> answer(command, ended.result(), ended.handOver() ? "handed_over" : "released"));
    return Behaviors.same();
  }

  // --- answers

  private void vote(ParticipantCommand.Prepare prepare, Vote vote) {
    preparing.remove(prepare.transactionId());
    answers.vote(prepare, vote);
    over(prepare.transactionId());
  }

  private void answer(ParticipantCommand command, Result result, String status) {
    answers.answer(command, result, status);
    over(command.transactionId());
  }

  private void fail(ParticipantCommand command, String code, String message) {
    answers.fail(command, code, message);
    over(command.transactionId());
  }

  private void over(String transactionId) {
    queues.over(transactionId).ifPresent(this::begin);
  }

  // --- after a restart, and as time passes

  private void resume(Holding holding) {
    if (!Verdicts.ownerIsGone(holding, setup.life())) {
      reapply(holding, 1);
    } else if (holding.committed()) {
      setup.coordinator().release(holding.transactionId(), "its owner is gone: " + holding.owner());
      timers.startSingleTimer(
          holding.transactionId(),
          new ParticipantMessage.Doubt(holding.transactionId()),
          setup.settings().doubtAfter());
    } else {
      ask(holding.transactionId());
    }
  }

  private Behavior<ParticipantMessage> reapply(Holding holding, int attempt) {
    CompletionStage<?> placed =
        holding.committed()
            ? setup
                .resources()
                .hold(claim(holding))
                .thenCompose(held -> setup.resources().confirm(claim(holding)))
            : setup.resources().hold(claim(holding));
    inPlace.put(holding.transactionId(), placed);
    ctx.pipeToSelf(
        placed, (held, failure) -> new ParticipantMessage.Reapplied(holding, attempt, failure));
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onReapplied(ParticipantMessage.Reapplied done) {
    String id = done.holding().transactionId();
    if (!inPlace.containsKey(id)) {
      // Released or aborted meanwhile, which takes away what was put in place again.
      return Behaviors.same();
    }
    if (done.failure() != null && done.attempt() < setup.settings().reapplyTries()) {
      timers.startSingleTimer(
          "reapply " + id,
          new ParticipantMessage.Reapply(done.holding(), done.attempt() + 1),
          setup.settings().reapplyPause());
      return Behaviors.same();
    }
    if (done.failure() != null && !isRefused(done.failure())) {
      giveBack(claim(done.holding()));
    }
    if (done.failure() != null && done.holding().committed()) {
      setup
          .coordinator()
          .release(id, "it cannot be put in place again: " + refusal(done.failure()).getMessage());
      return Behaviors.same();
    }
    if (done.failure() == null) {
      noteInPlace(done.holding());
    }
    if (done.holding().committed()) {
      startClock(done.holding());
    } else {
      ask(id);
    }
    return Behaviors.same();
  }

  private void noteInPlace(Holding holding) {
    if (!holding.life().equals(setup.life())) {
      String id = holding.transactionId();
      log.write(new ParticipantEvent.WorkReapplied(caused(id), id, setup.life()), () -> {});
    }
  }

  private void afterCommit(Holding holding) {
    if (Verdicts.ownerIsGone(holding, setup.life())) {
      resume(holding);
    } else {
      startClock(holding);
    }
  }

  private void startClock(Holding holding) {
    setup
        .resources()
        .limit(holding.work())
        .ifPresent(
            limit -> {
              Duration left =
                  limit.minus(Duration.between(holding.since(), setup.stamper().root().at()));
              timers.startSingleTimer(
                  holding.transactionId(),
                  new ParticipantMessage.TimeUp(holding.transactionId()),
                  left.isNegative() ? Duration.ZERO : left);
            });
  }

  private Behavior<ParticipantMessage> onTimeUp(ParticipantMessage.TimeUp up) {
    log.holdings()
        .of(up.transactionId())
        .filter(Holding::committed)
        .ifPresent(
            held -> {
              setup
                  .coordinator()
                  .release(held.transactionId(), "the time of its reservation is up");
              timers.startSingleTimer(
                  held.transactionId(),
                  new ParticipantMessage.TimeUp(held.transactionId()),
                  setup.settings().doubtAfter());
            });
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> onDoubt(ParticipantMessage.Doubt doubt) {
    log.holdings()
        .of(doubt.transactionId())
        .ifPresent(
            held -> {
              if (held.committed() && Verdicts.ownerIsGone(held, setup.life())) {
                resume(held);
              } else if (!held.committed()) {
                ask(held.transactionId());
              }
            });
    return Behaviors.same();
  }

  private Behavior<ParticipantMessage> settle(String transactionId) {
    setup
        .coordinator()
        .outcome(
            transactionId,
            setup.name(),
            ctx.messageAdapter(Verdict.class, ParticipantMessage.Told::new));
    return Behaviors.same();
  }

  private void ask(String transactionId) {
    settle(transactionId);
    timers.startSingleTimer(
        transactionId, new ParticipantMessage.Doubt(transactionId), setup.settings().doubtAfter());
  }

  private Behavior<ParticipantMessage> onTold(ParticipantMessage.Told told) {
    String id = told.verdict().transactionId();
    setup.observer().at(Point.ANSWER, id, told.verdict().outcome() + " told to " + setup.name());
    Holding held = log.holdings().of(id).orElse(null);
    if (held == null) {
      return Behaviors.same();
    }
    ActorRef<Acknowledgement> nobody = ctx.getSystem().ignoreRef();
    if (held.committed()) {
      // What was never committed by all, or is given back by them, is so here too.
      return switch (told.verdict().outcome()) {
        case ABORTED, RELEASED ->
            onTake(
                new ParticipantMessage.Take(
                    new ParticipantCommand.Release(
                        id, setup.name(), told.verdict().handOver(), nobody)));
        case COMMITTED, UNDECIDED -> Behaviors.same();
      };
    }
    return switch (told.verdict().outcome()) {
      case COMMITTED ->
          onTake(
              new ParticipantMessage.Take(new ParticipantCommand.Commit(id, setup.name(), nobody)));
      case ABORTED ->
          onTake(
              new ParticipantMessage.Take(new ParticipantCommand.Abort(id, setup.name(), nobody)));
      case RELEASED ->
          onTake(
              new ParticipantMessage.Take(
                  new ParticipantCommand.Release(
                      id, setup.name(), told.verdict().handOver(), nobody)));
      // Its time limit is the coordinator's; asked again after a while.
      case UNDECIDED -> Behaviors.same();
    };
  }

  private EventMeta caused(String transactionId) {
    return setup
        .stamper()
        .causedBy(log.holdings().of(transactionId).map(Holding::last).orElse(null));
  }

  private static Claim claim(Holding holding) {
    return new Claim(holding.transactionId(), holding.owner(), holding.work());
  }

  private static Claim claim(ParticipantCommand.Prepare prepare) {
    return new Claim(prepare.transactionId(), prepare.owner(), prepare.work());
  }

  /** The domain itself said no, so it holds nothing. */
  private static boolean isRefused(Throwable failure) {
    return cause(failure) instanceof Refusal;
  }

  private static Refusal refusal(Throwable failure) {
    return Refusal.from(cause(failure), "participant_failed");
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
