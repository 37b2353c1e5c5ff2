package io.mainstay.actors.recovery.casebook;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.persistence.casebook.CaseBookSettings;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The errors that a node is not done with, {@code Cases|<node>}. Node-local, one writer per node.
 * What {@link CaseLife} decides is journaled first, then done: retries begin after their pauses,
 * modes are entered and left, people are told what is waited for. A node that is started anew goes
 * on with all of it. What has no case, which is nearly every fault, costs no write.
 */
public final class CaseBook extends EventSourcedBehavior<CaseCommand, CaseEvent, CaseBookState> {
  /**
   * Whom it works with.
   *
   * @param devices ids of the node's devices
   * @param recoveries whether this release has a cascade or strategy of that name
   * @param census one look at the node's components; fails while there are none
   */
  public record Collaborators(
      ErrorCatalog catalog,
      EscalationPolicy policy,
      Set<String> devices,
      Predicate<String> recoveries,
      Supplier<CompletionStage<ComponentCensus>> census,
      ActorRef<LedgerCommand> ledger,
      ActorRef<ModeCommand> modes,
      ActorRef<AlertCommand> alerts,
      ActorRef<NotificationCommand> notifications,
      EventStamper stamper,
      Clock clock) {}

  private static final int TOLD_EVERY_LOOKS = 15;

  private final ActorContext<CaseCommand> ctx;
  private final TimerScheduler<CaseCommand> timers;
  private final CaseSettings settings;
  private final CaseBookSettings bounds;
  private final Collaborators with;
  private final CaseLife life;
  private final CaseDecisions decisions;
  private final CaseNotices notices;
  private final CaseGuards guards;
  private final CaseRetries retries;
  private final RecentDecisions recent = new RecentDecisions();
  private final Instant began;
  private long looks;

  private CaseBook(
      ActorContext<CaseCommand> ctx,
      TimerScheduler<CaseCommand> timers,
      String node,
      CaseSettings settings,
      CaseBookSettings bounds,
      Collaborators with,
      AtomicReference<ActorRef<CoordinatorCommand>> coordinator) {
    super(PersistenceId.of(CaseBookState.TYPE, node), WriteFailures.strategy(ctx.getSystem()));
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.bounds = bounds;
    this.with = with;
    this.life =
        new CaseLife(
            with.catalog(),
            with.policy(),
            settings,
            new CaseModes(with.devices()),
            this::isAnswered);
    this.decisions = new CaseDecisions(with.catalog(), with.policy());
    this.notices = new CaseNotices(with.catalog(), with.alerts(), with.notifications());
    this.guards = new CaseGuards(ctx, with.modes());
    this.retries = new CaseRetries(timers, with.clock(), decisions, coordinator);
    this.began = with.clock().instant();
    with.ledger()
        .tell(
            new LedgerCommand.Subscribe(
                ctx.messageAdapter(EscalationDecision.class, CaseCommand.Decided::new)));
  }

  /** The case book of a node; once per node. */
  public static Behavior<CaseCommand> create(
      String node, CaseSettings settings, CaseBookSettings bounds, Collaborators with) {
    AtomicReference<ActorRef<CoordinatorCommand>> coordinator = new AtomicReference<>();
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new CaseBook(ctx, timers, node, settings, bounds, with, coordinator)));
  }

  @Override
  public CaseBookState emptyState() {
    return CaseBookState.empty();
  }

  @Override
  public EventHandler<CaseBookState, CaseEvent> eventHandler() {
    return CaseBookState::after;
  }

  private boolean isAnswered(String code, String recovery) {
    return with.recoveries().test(recovery)
        && with.catalog().find(code).filter(error -> error.isAnsweredBy(recovery)).isPresent();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(bounds.snapshotEvery(), bounds.snapshotsKept());
  }

  @Override
  public SignalHandler<CaseBookState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, done) -> recovered(state))
        .build();
  }

  private void recovered(CaseBookState state) {
    for (OpenCase one : state.cases()) {
      ctx.getLog().warn("case goes on case={} waits={}", one.text(), CaseWords.waitsFor(one));
      guards.enter(one, one.decided());
      retries.scheduleAll(one);
    }
    checkModes();
    lookLater(state);
  }

  @Override
  public CommandHandler<CaseCommand, CaseEvent, CaseBookState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(CaseCommand.Decided.class, (state, told) -> decided(state, told.decision()))
        .onCommand(CaseCommand.Ended.class, (state, told) -> ended(state, told.outcome()))
        .onCommand(CaseCommand.RetryDue.class, this::retryDue)
        .onCommand(CaseCommand.Look.class, (state, look) -> look())
        .onCommand(CaseCommand.Looked.class, (state, looked) -> looked(looked))
        .onCommand(CaseCommand.Gates.class, this::gates)
        .onCommand(CaseCommand.Entered.class, this::entered)
        .onCommand(CaseCommand.Left.class, (state, left) -> left(left))
        .onCommand(CaseCommand.CheckModes.class, (state, check) -> checkModes())
        .onCommand(CaseCommand.Found.class, (state, found) -> found(state, found.view()))
        .onCommand(CaseCommand.Follow.class, this::follow)
        .onCommand(CaseCommand.Get.class, this::get)
        .build();
  }

  private Effect<CaseEvent, CaseBookState> follow(CaseBookState state, CaseCommand.Follow told) {
    retries.follow(told.coordinator());
    state.cases().forEach(retries::scheduleAll);
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> get(CaseBookState state, CaseCommand.Get ask) {
    return Effect().none().thenRun(same -> ask.replyTo().tell(new CaseCommand.View(same.cases())));
  }

  // ---- what comes in

  private Effect<CaseEvent, CaseBookState> decided(
      CaseBookState state, EscalationDecision decision) {
    recent.add(decision);
    String code = decision.fault().definition().name();
    String component = decision.fault().component();
    Optional<OpenCase> known = state.find(code, component);
    List<CaseFact> facts = life.decided(known, decision);
    boolean noRoom = known.isEmpty() && !facts.isEmpty() && isFull(state, code, component);
    return carryOut(state, noRoom ? List.of() : facts, decision.decided())
        .thenRun(
            after -> {
              Optional<OpenCase> now = after.find(code, component);
              if (CaseLife.releases(now, decision) || noRoom && decision.needsAgreement()) {
                retries.release(decision);
              }
            });
  }

  private boolean isFull(CaseBookState state, String code, String component) {
    boolean full = state.cases().size() >= bounds.casesMax();
    if (full) {
      ctx.getLog()
          .error(
              "no case opened code={} component={} open={} bound={}.cases-max",
              code,
              component,
              state.cases().size(),
              CaseBookSettings.PATH);
    }
    return full;
  }

  private Effect<CaseEvent, CaseBookState> ended(CaseBookState state, RecoveryOutcome outcome) {
    RecoveryPlan plan = outcome.plan();
    Optional<OpenCase> known = state.find(plan.error(), plan.subject());
    Optional<EscalationDecision> decision =
        known
            .flatMap(decisions::of)
            .or(() -> recent.find(plan.error(), plan.subject()))
            .or(() -> decisions.of(outcome));
    boolean succeeded = outcome.succeeded();
    boolean noCase =
        !succeeded
            && known.isEmpty()
            && (isRequested(outcome) || isFull(state, plan.error(), plan.subject()));
    if (decision.isEmpty() || noCase) {
      return Effect().none();
    }
    CaseLife.Ended ended =
        new CaseLife.Ended(
            plan.kind().name().toLowerCase(Locale.ROOT),
            plan.name(),
            outcome.recoveryId(),
            succeeded,
            outcome.end() == RecoveryOutcome.End.STUCK
                || outcome.end() == RecoveryOutcome.End.ABORTED,
            succeeded ? "" : outcome.code() + ": " + outcome.message());
    return carryOut(
        state, life.ended(known, decision.get(), ended, with.stamper().nextId()), outcome.last());
  }

  /** A person had it begin, and no fault: its chain of causes is younger than its name. */
  private static boolean isRequested(RecoveryOutcome outcome) {
    return outcome.last().rootId().compareTo(outcome.recoveryId()) > 0;
  }

  // ---- retries

  private Effect<CaseEvent, CaseBookState> retryDue(CaseBookState state, CaseCommand.RetryDue due) {
    state.find(due.code(), due.component()).ifPresent(one -> retries.again(one, due.recovery()));
    return Effect().none();
  }

  // ---- looks

  private void lookLater(CaseBookState state) {
    if (state.cases().isEmpty()) {
      timers.cancel(CaseCommand.Look.class);
    } else if (!timers.isTimerActive(CaseCommand.Look.class)) {
      timers.startSingleTimer(CaseCommand.Look.class, new CaseCommand.Look(), settings.lookEvery());
    }
  }

  private Effect<CaseEvent, CaseBookState> look() {
    ctx.pipeToSelf(with.census().get(), CaseCommand.Looked::new);
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> looked(CaseCommand.Looked looked) {
    if (looked.failure() != null) {
      ctx.getLog().debug("components not looked at cause={}", looked.failure().toString());
    }
    ctx.ask(
        LedgerCommand.View.class,
        with.ledger(),
        CaseGuards.ANSWER_WITHIN,
        LedgerCommand.Get::new,
        (view, failure) -> new CaseCommand.Gates(view, looked.census(), failure));
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> gates(CaseBookState state, CaseCommand.Gates seen) {
    looks++;
    List<CaseFact> facts = new ArrayList<>();
    if (seen.failure() == null) {
      state.cases().forEach(one -> facts.addAll(look(one, seen)));
    }
    if (looks % TOLD_EVERY_LOOKS == 0) {
      state.cases().forEach(this::tellAgain);
    }
    return carryOut(state, facts, null).thenRun(this::lookLater);
  }

  /** What was told may have been lost: who was told may have begun anew meanwhile. */
  private void tellAgain(OpenCase one) {
    retries.againIfDue(one);
    guards.enterAgain(one);
  }

  private List<CaseFact> look(OpenCase one, CaseCommand.Gates seen) {
    if (guards.areCleared(one)) {
      return life.cleared(one);
    }
    Instant now = with.clock().instant();
    boolean closed =
        seen.ledger().gates().stream()
            .anyMatch(
                gate -> gate.code().equals(one.code()) && gate.component().equals(one.component()));
    Instant raised =
        recent.find(one.code(), one.component()).map(last -> last.decided().at()).orElse(began);
    return life.look(
        one,
        new CaseLife.Seen(
            now,
            Optional.ofNullable(seen.census()),
            closed,
            Duration.between(raised, now),
            Duration.between(began, now)));
  }

  // ---- modes

  private Effect<CaseEvent, CaseBookState> entered(CaseBookState state, CaseCommand.Entered told) {
    state.find(told.code(), told.component()).ifPresent(one -> guards.entered(one, told));
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> left(CaseCommand.Left told) {
    if (told.failure() != null) {
      ctx.getLog().warn("modes of a closed case not left cause={}", told.failure().toString());
      timers.startSingleTimer(new CaseCommand.CheckModes(), settings.lookEvery());
    }
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> checkModes() {
    with.modes()
        .tell(new ModeCommand.Get(ctx.messageAdapter(ModeView.class, CaseCommand.Found::new)));
    return Effect().none();
  }

  private Effect<CaseEvent, CaseBookState> found(CaseBookState state, ModeView view) {
    guards.takeBack(state, view);
    return Effect().none();
  }

  // ---- what is done once it is durable

  private EffectBuilder<CaseEvent, CaseBookState> carryOut(
      CaseBookState before, List<CaseFact> facts, EventMeta cause) {
    if (facts.isEmpty()) {
      return Effect().none();
    }
    List<CaseEvent> events = new ArrayList<>();
    EventMeta last = cause;
    for (CaseFact fact : facts) {
      CaseEvent event = fact.apply(with.stamper().causedBy(last));
      events.add(event);
      last = event.meta();
    }
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              CaseBookState then = before;
              for (CaseEvent event : events) {
                act(event, then);
                then = then.after(event);
              }
              lookLater(after);
            });
  }

  private void act(CaseEvent event, CaseBookState before) {
    ctx.getLog()
        .warn(
            "case {} code={} component={}",
            event.getClass().getSimpleName(),
            event.code(),
            event.component());
    CaseBookState after = before.after(event);
    Optional<OpenCase> known = after.find(event.code(), event.component());
    if (event instanceof CaseEvent.RetryPlanned planned) {
      known.ifPresent(
          one ->
              one.attempt(planned.recovery()).ifPresent(attempt -> retries.schedule(one, attempt)));
    } else if (event instanceof CaseEvent.CaseProtected) {
      known.ifPresent(one -> guards.enter(one, event.meta()));
    } else if (event instanceof CaseEvent.CaseReleased) {
      known.ifPresent(retries::released);
    } else if (event instanceof CaseEvent.CaseClosed) {
      before
          .find(event.code(), event.component())
          .ifPresent(
              one -> {
                retries.closed(one);
                guards.leave(one, event.meta());
              });
    }
    notices.tell(event, known);
  }
}
