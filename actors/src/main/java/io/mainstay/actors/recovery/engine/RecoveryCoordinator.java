package io.mainstay.actors.recovery.engine;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.casebook.CaseCommand;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Running;
import io.mainstay.actors.recovery.engine.RecoveryChoice.Wanted;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.recovery.escalation.Urgency;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Answers each escalated fault with the recoveries of its error: begins them, or has them wait or
 * join, and says how they ended. What a person must agree to first, and what is tried again, the
 * case book has it begin. What waits is not durable: a node that is started anew is recovered by
 * that, and what is wrong still is said again. What runs is, and goes on by itself.
 */
public final class RecoveryCoordinator {
  /** Begins a recovery: completes when that is durable. */
  @FunctionalInterface
  public interface Beginning {
    CompletionStage<Done> begin(String recoveryId, RecoveryPlan plan, EventMeta cause);
  }

  /** Which recoveries led to what has that event as its cause, by their ids; blocks nobody. */
  @FunctionalInterface
  public interface Lineage {
    CompletionStage<Set<String>> recoveriesBehind(String eventId);
  }

  /**
   * Whom it works with.
   *
   * @param nodeId of this node
   * @param cases who has recoveries tried again that failed
   * @param nanoTime for pauses, from anywhere
   */
  public record Collaborators(
      String nodeId,
      RecoveryBook book,
      Beginning beginning,
      Lineage lineage,
      ActorRef<LedgerCommand> ledger,
      ActorRef<CaseCommand> cases,
      ActorRef<AlertCommand> alerts,
      ActorRef<NotificationCommand> notifications,
      EventStamper stamper,
      LongSupplier nanoTime) {}

  /**
   * One that begins or runs.
   *
   * @param wanted why; null for one that an earlier life of the node or a person began: whether it
   *     was a fault of ours is not known, so that its failure counts for nothing
   */
  private record UnderWay(Running running, Wanted wanted) {
    int attempt() {
      return wanted == null ? 1 : wanted.attempt();
    }

    /** Whether users are told of it; they are where it is not known what it answers. */
    boolean tellsUsers() {
      return wanted == null || wanted.decision().escalation().notifyUser();
    }

    boolean counts() {
      return wanted != null && wanted.decision().fault().blame().countsAgainstHealth();
    }
  }

  /** A caller's doing that was answered, and when. */
  private record Answered(long nanos, String escalationId) {}

  /** Until when, and what comes then. */
  private record Paused(long untilNanos, CoordinatorCommand.Pausing told) {}

  private final ActorContext<CoordinatorCommand> ctx;
  private final TimerScheduler<CoordinatorCommand> timers;
  private final CoordinatorSettings settings;
  private final Collaborators with;
  private final RecoveryChoice choice;
  private final RecoveryChains chains;
  private final RecoveryTelling telling;
  private final LeftOut leftOut;
  private final Map<String, UnderWay> underWay = new LinkedHashMap<>();
  private final List<Wanted> waiting = new ArrayList<>();
  private final Map<String, Answered> callers = new HashMap<>();

  /** Recoveries that come again by themselves, by name and subject. */
  private final Map<List<String>, Paused> pausing = new HashMap<>();

  private RecoveryCoordinator(
      ActorContext<CoordinatorCommand> ctx,
      TimerScheduler<CoordinatorCommand> timers,
      CoordinatorSettings settings,
      Collaborators with) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.choice = new RecoveryChoice(settings.runningMax(), settings.waitingMax());
    this.chains = new RecoveryChains(settings.chainsFor(), settings.chainsMax());
    this.telling = new RecoveryTelling(with.nodeId(), with.alerts(), with.notifications());
    this.leftOut = new LeftOut(ctx.getLog(), with.ledger());
    with.ledger()
        .tell(
            new LedgerCommand.Subscribe(
                ctx.messageAdapter(EscalationDecision.class, CoordinatorCommand.Decided::new)));
    with.cases().tell(new CaseCommand.Follow(ctx.getSelf()));
  }

  /** The coordinator of a node; once per node. */
  public static Behavior<CoordinatorCommand> create(
      CoordinatorSettings settings, Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new RecoveryCoordinator(ctx, timers, settings, with).working()));
  }

  private Behavior<CoordinatorCommand> working() {
    return Behaviors.receive(CoordinatorCommand.class)
        .onMessage(CoordinatorCommand.Decided.class, this::onDecided)
        .onMessage(CoordinatorCommand.Released.class, told -> onReleased(told.decision()))
        .onMessage(CoordinatorCommand.Traced.class, this::onTraced)
        .onMessage(CoordinatorCommand.Pausing.class, this::onPausing)
        .onMessage(CoordinatorCommand.Again.class, this::onAgain)
        .onMessage(CoordinatorCommand.Begun.class, this::onBegun)
        .onMessage(CoordinatorCommand.TryAgain.class, again -> beginNext())
        .onMessage(CoordinatorCommand.Working.class, this::onWorking)
        .onMessage(CoordinatorCommand.Ended.class, this::onEnded)
        .onMessage(CoordinatorCommand.Get.class, this::onGet)
        .build();
  }

  private Behavior<CoordinatorCommand> onDecided(CoordinatorCommand.Decided told) {
    EscalationDecision decision = told.decision();
    // What a person must agree to first comes from the case book.
    return decision.escalation().urgency() == Urgency.INFORMATION_ONLY
            || decision.needsAgreement()
            || isTooSoon(decision)
        ? Behaviors.same()
        : onReleased(decision);
  }

  /** Where a recovery of the same chain may have led to it, that is looked up first. */
  private Behavior<CoordinatorCommand> onReleased(EscalationDecision decision) {
    boolean suspicious =
        RecoveryChoice.of(with.book(), decision.fault().definition()).stream()
            .anyMatch(definition -> !suspects(definition, decision).isEmpty());
    if (!suspicious) {
      return answer(decision, Set.of());
    }
    ctx.pipeToSelf(
        with.lineage().recoveriesBehind(decision.raised().causeId()),
        (led, failure) ->
            new CoordinatorCommand.Traced(decision, led == null ? Set.of() : led, failure));
    return Behaviors.same();
  }

  private Set<String> suspects(RecoveryDefinition definition, EscalationDecision decision) {
    return chains.suspects(
        definition.name(),
        decision.raised().rootId(),
        underWay.values().stream().map(known -> known.running().link()),
        with.nanoTime().getAsLong());
  }

  private Behavior<CoordinatorCommand> onTraced(CoordinatorCommand.Traced traced) {
    if (traced.failure() != null) {
      ctx.getLog()
          .warn(
              "what led to a fault could not be read, it is taken for a new one event={} cause={}",
              traced.decision().raised().eventId(),
              traced.failure().toString());
    }
    return answer(traced.decision(), traced.recoveries());
  }

  /**
   * @param led recoveries that led to it
   */
  private Behavior<CoordinatorCommand> answer(EscalationDecision decision, Set<String> led) {
    for (RecoveryDefinition definition :
        RecoveryChoice.of(with.book(), decision.fault().definition())) {
      String provokedBy =
          suspects(definition, decision).stream().filter(led::contains).findFirst().orElse("");
      Wanted wanted = new Wanted(definition, decision, provokedBy);
      paused(wanted)
          .ifPresentOrElse(
              told -> leftOut.pausing(wanted, told.recoveryId(), told.escalationId()),
              () -> want(wanted));
    }
    return Behaviors.same();
  }

  private Optional<CoordinatorCommand.Pausing> paused(Wanted wanted) {
    long now = with.nanoTime().getAsLong();
    pausing.values().removeIf(one -> one.untilNanos() - now <= 0);
    return Optional.ofNullable(pausing.get(key(wanted.definition().name(), wanted.subject())))
        .map(Paused::told);
  }

  private static List<String> key(String name, String subject) {
    return List.of(name, subject);
  }

  private Behavior<CoordinatorCommand> onPausing(CoordinatorCommand.Pausing told) {
    pausing.put(
        key(told.name(), told.subject()),
        new Paused(with.nanoTime().getAsLong() + told.pause().toNanos(), told));
    return Behaviors.same();
  }

  private Behavior<CoordinatorCommand> onAgain(CoordinatorCommand.Again again) {
    pausing.remove(key(again.name(), again.decision().fault().component()));
    RecoveryChoice.of(with.book(), again.decision().fault().definition()).stream()
        .filter(definition -> definition.name().equals(again.name()))
        .forEach(
            definition ->
                want(
                    new Wanted(definition, again.decision(), again.recoveryId(), again.attempt())));
    return Behaviors.same();
  }

  /** Ten thousand bad inputs are one thing to recover from. */
  private boolean isTooSoon(EscalationDecision decision) {
    if (decision.fault().blame().countsAgainstHealth()) {
      return false;
    }
    long now = with.nanoTime().getAsLong();
    String error = decision.fault().definition().name();
    Answered before = callers.get(error);
    if (before != null && now - before.nanos() < settings.callersEvery().toNanos()) {
      leftOut.tooSoon(decision, before.escalationId());
      return true;
    }
    callers.put(error, new Answered(now, decision.decided().eventId()));
    return false;
  }

  private void want(Wanted wanted) {
    RecoveryChoice.Decision decided = choice.decide(wanted, running(), waiting);
    switch (decided) {
      case BEGIN -> begin(wanted);
      case WAIT -> waiting.add(wanted);
      case TOO_MANY -> {
        telling.tooMany(wanted, waiting.size());
        leftOut.tooMany(wanted);
      }
      case CIRCLE -> leftOut.circle(wanted);
      case JOIN -> joined(wanted);
    }
  }

  /** With one that runs already, or waits. */
  private void joined(Wanted wanted) {
    choice
        .running(wanted, running())
        .ifPresentOrElse(
            other -> {
              Wanted answers = underWay.get(other.recoveryId()).wanted();
              leftOut.joined(
                  wanted, other.recoveryId(), answers == null ? null : answers.decision());
            },
            () ->
                choice
                    .waiting(wanted, waiting)
                    .ifPresent(other -> leftOut.joined(wanted, "", other.decision())));
  }

  private static String text(Wanted wanted) {
    return "recovery=%s error=%s subject=%s"
        .formatted(wanted.definition().name(), wanted.error().name(), wanted.subject());
  }

  private void begin(Wanted wanted) {
    String id = wanted.recoveryId().isEmpty() ? with.stamper().nextId() : wanted.recoveryId();
    String error = wanted.error().name();
    RecoveryPlan plan =
        wanted.definition().plan(with.nodeId(), error, wanted.subject(), wanted.priority());
    underWay.put(
        id,
        new UnderWay(
            new Running(
                id,
                plan.name(),
                error,
                plan.subject(),
                wanted.priority(),
                wanted.severity(),
                wanted.rootId()),
            wanted));
    ctx.getLog().info("recovery begins id={} {}", id, text(wanted));
    ctx.pipeToSelf(
        with.beginning().begin(id, plan, wanted.decision().decided()),
        (done, failure) -> new CoordinatorCommand.Begun(id, failure));
  }

  private Behavior<CoordinatorCommand> onBegun(CoordinatorCommand.Begun begun) {
    if (begun.failure() == null) {
      return Behaviors.same();
    }
    // It may have begun all the same; then its first step says so.
    UnderWay failed = underWay.remove(begun.recoveryId());
    if (failed == null) {
      return Behaviors.same();
    }
    Wanted wanted = failed.wanted();
    ctx.getLog()
        .warn("recovery could not begin {} cause={}", text(wanted), begun.failure().toString());
    if (waiting.size() < settings.waitingMax()) {
      // It refused: another plan has its name, from before the catalogs were changed.
      boolean refused = begun.failure() instanceof StatusReply.ErrorMessage;
      waiting.add(0, refused ? wanted.unnamed() : wanted);
    }
    timers.startSingleTimer(new CoordinatorCommand.TryAgain(), settings.beginAgain());
    return Behaviors.same();
  }

  private Behavior<CoordinatorCommand> onWorking(CoordinatorCommand.Working working) {
    RecoveryPlan plan = working.plan();
    Optional<Wanted> waited =
        waiting.stream()
            .filter(wanted -> plan.is(wanted.definition().name(), wanted.subject()))
            .findFirst();
    waited.ifPresent(waiting::remove);
    // Of another story: one whose beginning was not heard of is the same.
    waited
        .filter(wanted -> !wanted.rootId().equals(working.cause().rootId()))
        .ifPresent(wanted -> leftOut.joined(wanted, working.recoveryId(), null));
    UnderWay known =
        underWay.computeIfAbsent(
            working.recoveryId(),
            id ->
                new UnderWay(
                    new Running(
                        id,
                        plan.name(),
                        plan.error(),
                        plan.subject(),
                        plan.priority(),
                        Severity.CRITICAL,
                        working.cause().rootId()),
                    waited.orElse(null)));
    telling.working(working, known.tellsUsers());
    return Behaviors.same();
  }

  private Behavior<CoordinatorCommand> onEnded(CoordinatorCommand.Ended ended) {
    RecoveryOutcome outcome = ended.outcome();
    RecoveryPlan plan = outcome.plan();
    telling.raiseIfStuck(outcome);
    with.cases().tell(new CaseCommand.Ended(outcome));
    UnderWay known = underWay.remove(outcome.recoveryId());
    chains.ended(
        new RecoveryChains.Link(outcome.recoveryId(), plan.name(), outcome.last().rootId()),
        with.nanoTime().getAsLong());
    if (known == null) {
      return beginNext();
    }
    FaultVoice.of(ctx.getSystem())
        .raise(plan.subject(), RecoveryOverruns.of(outcome), outcome.last());
    ctx.getLog()
        .info(
            "recovery ended id={} recovery={} subject={} end={} code={}",
            outcome.recoveryId(),
            plan.name(),
            plan.subject(),
            outcome.end(),
            outcome.code());
    CatalogName.find(ErrorNames.class, plan.error())
        .filter(error -> outcome.succeeded() || known.counts())
        .ifPresent(
            error ->
                with.ledger()
                    .tell(
                        new LedgerCommand.RecoveryEnded(
                            error,
                            plan.subject(),
                            known.attempt(),
                            outcome.succeeded(),
                            outcome.last(),
                            null)));
    telling.ended(outcome, known.tellsUsers());
    return beginNext();
  }

  private Behavior<CoordinatorCommand> beginNext() {
    for (Wanted next = choice.next(running(), waiting);
        next != null;
        next = choice.next(running(), waiting)) {
      waiting.remove(next);
      begin(next);
    }
    if (waiting.size() < settings.waitingMax()) {
      telling.roomAgain(waiting.size());
    }
    return Behaviors.same();
  }

  private List<Running> running() {
    return underWay.values().stream().map(UnderWay::running).toList();
  }

  private Behavior<CoordinatorCommand> onGet(CoordinatorCommand.Get ask) {
    ask.replyTo()
        .tell(
            new CoordinatorCommand.View(
                running().stream()
                    .map(
                        one ->
                            new CoordinatorCommand.Running(
                                one.recoveryId(), one.name(), one.error(), one.subject()))
                    .toList(),
                RecoveryChoice.inOrder(waiting).stream()
                    .map(
                        one ->
                            new CoordinatorCommand.Waiting(
                                one.definition().kind().name().toLowerCase(Locale.ROOT),
                                one.definition().name(),
                                one.error().name(),
                                one.subject(),
                                one.priority()))
                    .toList()));
    return Behaviors.same();
  }
}
