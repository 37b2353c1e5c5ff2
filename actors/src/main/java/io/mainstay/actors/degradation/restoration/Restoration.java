package io.mainstay.actors.degradation.restoration;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
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
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.restoration.NodeFigures;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.RestorationRun;
import io.mainstay.persistence.restoration.RestorationState;
import io.mainstay.persistence.restoration.TestOutcome;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way back of a node, {@code Restoration|<node>}. Node-local, one writer per node. Looks at the
 * modes; what {@link RestorationLife} decides is done, journaled, and shown in {@link
 * ReturnInForce}. One thing at a time: a look, a phase, a check, or leaving the modes. A node that
 * was killed on its way goes on with the same way back: through all phases, if the modes were not
 * left; at its stage, if they were.
 */
public final class Restoration
    extends EventSourcedBehavior<Restoration.Command, RestorationEvent, RestorationState> {
  /** It sends everything itself. */
  public sealed interface Command {}

  private record Tick() implements Command {}

  private record Seen(ModeView view, Throwable failure) implements Command {}

  private record PhaseOver(PhaseRunner.Over over) implements Command {}

  private record Left(ModeView view, long millis, Throwable failure) implements Command {}

  private record Completed(List<TestOutcome> actions, Throwable failure) implements Command {}

  private record Logged(List<TestOutcome> actions, long millis) implements Command {}

  private record Measured(NodeFigures figures) implements Command {}

  /** Whom it works with. */
  public record Collaborators(
      ActorRef<ModeCommand> modes,
      RestorationTests tests,
      ActorRef<NotificationCommand> people,
      EventStamper stamper,
      Clock clock) {}

  private static final String LEAVING = "restore_full_functionality_modes";
  private static final int SNAPSHOT_EVERY = 100;

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final RestorationSettings settings;
  private final RestorationLife life;
  private final ReturnNotices notices;
  private final CompletionActions completion;
  private final Collaborators with;
  private final ReturningModes modes;
  private final ReturnInForce inForce;
  private final Set<String> passed = new LinkedHashSet<>();
  private Instant measureAt;

  /** That leaving the modes took; negative in a life of the node that did not leave them. */
  private long leavingMillis = -1;

  private int checksFailed;

  private Restoration(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      String node,
      ModeSettings modeSettings,
      RestorationSettings settings,
      Collaborators with) {
    super(PersistenceId.of(RestorationState.TYPE, node));
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.life = new RestorationLife(modeSettings, settings);
    this.notices = new ReturnNotices(with.people());
    this.completion =
        new CompletionActions(ctx.getSystem(), settings.completion(), with.modes(), with.people());
    this.with = with;
    this.modes = new ReturningModes(ctx.getSystem(), with.modes(), settings.completion().restore());
    this.inForce = ReturnInForce.of(ctx.getSystem());
    this.measureAt = with.clock().instant().plus(settings.figuresAfter());
  }

  /** The way back of a node; once per node. */
  public static Behavior<Command> create(
      String node, ModeSettings modes, RestorationSettings settings, Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new Restoration(ctx, timers, node, modes, settings, with)));
  }

  /** Before the way back is there: the share of the work that the node took at its end. */
  public static void resume(
      ActorSystem<?> system, RestorationSettings settings, RestorationState stored) {
    int owed = stored.intakeOwed() ? settings.stages().get(0) : ReturnView.NONE.intakePercent();
    ReturnInForce.of(system)
        .set(
            stored
                .underWay()
                .map(run -> ReturnView.of(run, "", owed))
                .orElseGet(() -> ReturnView.between(owed)));
  }

  @Override
  public RestorationState emptyState() {
    return RestorationState.empty();
  }

  @Override
  public EventHandler<RestorationState, RestorationEvent> eventHandler() {
    return RestorationState::after;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 2);
  }

  @Override
  public SignalHandler<RestorationState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, done) -> recovered(state))
        .build();
  }

  private void recovered(RestorationState state) {
    state
        .underWay()
        .ifPresent(
            run -> ctx.getLog().warn("way back goes on restoration={}", run.restorationId()));
    modes.demandAll();
    show(state, "");
    again(Duration.ZERO);
  }

  @Override
  public CommandHandler<Command, RestorationEvent, RestorationState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Tick.class, (state, tick) -> look())
        .onCommand(Seen.class, this::seen)
        .onCommand(PhaseOver.class, this::phaseOver)
        .onCommand(Left.class, this::left)
        .onCommand(Completed.class, this::completed)
        .onCommand(Logged.class, this::logged)
        .onCommand(Measured.class, this::measured)
        .build();
  }

  private void again(Duration in) {
    timers.startSingleTimer(new Tick(), in);
  }

  /** After something was done: at once, or when the next check is due. */
  private void goOn(RestorationState state) {
    boolean watching = state.underWay().filter(RestorationRun::restored).isPresent();
    again(watching ? settings.checkEvery() : settings.lookEvery());
  }

  private Effect<RestorationEvent, RestorationState> look() {
    ctx.ask(
        ModeView.class,
        with.modes(),
        settings.completion().clear(),
        ModeCommand.Get::new,
        Seen::new);
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> seen(RestorationState state, Seen seen) {
    if (seen.failure() != null) {
      goOn(state);
      return Effect().none();
    }
    Instant now = with.clock().instant();
    RestorationLife.Next next = life.next(state.underWay(), passed, seen.view(), now);
    if (next instanceof RestorationLife.Begin begin) {
      return begin(begin, entered(begin, seen.view()), state.intakeOwed());
    }
    if (next instanceof RestorationLife.RunPhase run) {
      return runPhase(state, run.phase(), run.phase().code());
    }
    if (next instanceof RestorationLife.Check && !CompletionActions.areOver(state.run())) {
      return complete(state.run());
    }
    if (next instanceof RestorationLife.Check) {
      return runPhase(state, RestorationPhase.RESOURCE_AVAILABILITY_VALIDATION, "");
    }
    if (next instanceof RestorationLife.LeaveModes) {
      return leaveModes(state.run());
    }
    if (next instanceof RestorationLife.End end) {
      return end(state.run(), end);
    }
    boolean nothing = state.run() == null && seen.view().active().isEmpty();
    if (nothing && state.intakeOwed()) {
      // No way back is to come that would go on with it.
      return Effect()
          .persist(new RestorationEvent.IntakeReleased(with.stamper().root()))
          .thenRun(
              after -> {
                show(after, "");
                goOn(after);
              });
    }
    if (nothing && !measureAt.isAfter(now)) {
      return measure(now);
    }
    goOn(state);
    return Effect().none();
  }

  /** It follows the first of the modes that it ends. */
  private static EventMeta entered(RestorationLife.Begin begin, ModeView view) {
    return view.active().stream()
        .filter(active -> begin.modes().contains(active.key()))
        .map(ModeView.Active::entered)
        .min(Comparator.comparing(EventMeta::at))
        .orElse(null);
  }

  private Effect<RestorationEvent, RestorationState> begin(
      RestorationLife.Begin begin, EventMeta entered, boolean owed) {
    passed.clear();
    return Effect()
        .persist(
            new RestorationEvent.RestorationBegun(
                with.stamper().causedBy(entered),
                with.stamper().nextId(),
                begin.modes().stream().map(ModeNames::of).toList(),
                begin.phases().stream().map(RestorationPhase::code).toList(),
                begin.gradual() || owed))
        .thenRun(
            state -> {
              ctx.getLog()
                  .warn(
                      "way back begins restoration={} modes={}",
                      state.run().restorationId(),
                      RestorationLife.keys(state.run()));
              notices.begun(state.run(), settings.longest(begin.wayBack()));
              show(state, "");
              again(Duration.ZERO);
            });
  }

  private Effect<RestorationEvent, RestorationState> runPhase(
      RestorationState state, RestorationPhase phase, String shown) {
    RestorationRun run = state.run();
    show(state, shown);
    if (!shown.isEmpty()) {
      notices.progress(run, passed.size(), shown);
    }
    List<ModeKey> keys = RestorationLife.keys(run);
    ctx.spawnAnonymous(
        PhaseRunner.create(
            phase,
            with.tests(),
            new RestorationTests.Conditions(
                run.restorationId(),
                keys,
                Optional.ofNullable(state.figures()),
                settings.phases().get(phase),
                shown.isEmpty()),
            test -> modes.lift(keys, test),
            ctx.messageAdapter(PhaseRunner.Over.class, PhaseOver::new)));
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> phaseOver(
      RestorationState state, PhaseOver told) {
    PhaseRunner.Over over = told.over();
    RestorationRun run = state.run();
    if (run.restored()) {
      return checked(state, over);
    }
    if (!over.passed()) {
      return failed(run, over);
    }
    passed.add(over.phase().code());
    return Effect()
        .persist(
            new RestorationEvent.PhasePassed(
                with.stamper().causedBy(run.begun()),
                run.restorationId(),
                over.phase().code(),
                over.tests(),
                over.millis()))
        .thenRun(
            after -> {
              notices.passed(after.run(), passed.size(), over.phase().code());
              show(after, "");
              again(Duration.ZERO);
            });
  }

  private Effect<RestorationEvent, RestorationState> failed(
      RestorationRun run, PhaseRunner.Over over) {
    passed.clear();
    EventMeta meta = with.stamper().causedBy(run.begun());
    return Effect()
        .persist(
            new RestorationEvent.PhaseFailed(
                meta,
                run.restorationId(),
                over.phase().code(),
                over.tests(),
                over.reason(),
                life.again(run, with.clock().instant())))
        .thenRun(
            after -> {
              ctx.getLog().warn("way back failed phase={} {}", over.phase().code(), over.reason());
              modes.demandAll();
              notices.failed(after.run(), over.phase().code(), over.reason(), meta);
              show(after, "");
              goOn(after);
            });
  }

  // ---- the modes are left

  private Effect<RestorationEvent, RestorationState> leaveModes(RestorationRun run) {
    List<ModeKey> keys = RestorationLife.keys(run);
    if (run.relapsed()) {
      modes.takeBack(keys);
    }
    long began = System.nanoTime();
    ctx.pipeToSelf(
        modes.leave(keys, run.begun()),
        (view, failure) -> new Left(view, (System.nanoTime() - began) / 1_000_000, failure));
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> left(RestorationState state, Left left) {
    RestorationRun run = state.run();
    String unfinished = LeftModes.problem(RestorationLife.keys(run), left.view(), left.failure());
    if (!unfinished.isEmpty()) {
      passed.clear();
      return Effect()
          .persist(
              new RestorationEvent.PhaseFailed(
                  with.stamper().causedBy(run.begun()),
                  run.restorationId(),
                  LEAVING,
                  List.of(),
                  unfinished,
                  life.again(run, with.clock().instant())))
          .thenRun(
              after -> {
                modes.demandAll();
                show(after, "");
                goOn(after);
              });
    }
    Instant now = with.clock().instant();
    EventMeta meta = with.stamper().causedBy(run.begun());
    modes.demandAll();
    checksFailed = 0;
    leavingMillis = left.millis();
    return Effect()
        .persist(
            new RestorationEvent.ModesRestored(
                meta,
                run.restorationId(),
                run.modes(),
                Duration.between(run.begun().at(), now).toMillis(),
                life.firstStage(run.gradual()),
                now.plus(settings.watchFor())))
        .thenRun(
            after -> {
              ctx.getLog().warn("modes left by the way back restoration={}", run.restorationId());
              show(after, "");
              again(Duration.ZERO);
            });
  }

  private Effect<RestorationEvent, RestorationState> complete(RestorationRun run) {
    if (CompletionActions.areBegun(run)) {
      return Effect().none().thenRun(same -> ctx.getSelf().tell(new Logged(run.tests(), -1)));
    }
    Duration took = Duration.between(run.begun().at(), run.steppedAt());
    ctx.pipeToSelf(
        completion.begin(run, leavingMillis, () -> notices.restored(run, took, run.begun())),
        Completed::new);
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> completed(
      RestorationState state, Completed told) {
    if (told.failure() != null) {
      ctx.getLog().warn("way back not completed cause={}", told.failure().toString());
      goOn(state);
      return Effect().none();
    }
    long began = System.nanoTime();
    return done(state.run(), told.actions())
        .thenRun(
            after ->
                ctx.getSelf()
                    .tell(new Logged(told.actions(), (System.nanoTime() - began) / 1_000_000)));
  }

  private Effect<RestorationEvent, RestorationState> logged(RestorationState state, Logged told) {
    List<TestOutcome> all =
        completion.all(
            told.actions(), told.millis(), state.run().watchUntil(), settings.watchFor());
    all.stream()
        .filter(TestOutcome::failed)
        .forEach(
            late -> ctx.getLog().warn("completion {} failed: {}", late.test(), late.evidence()));
    return done(state.run(), all)
        .thenRun(
            after -> {
              show(after, "");
              goOn(after);
            });
  }

  private EffectBuilder<RestorationEvent, RestorationState> done(
      RestorationRun run, List<TestOutcome> actions) {
    return Effect()
        .persist(
            new RestorationEvent.ActionsCompleted(
                with.stamper().causedBy(run.begun()), run.restorationId(), actions));
  }

  private Effect<RestorationEvent, RestorationState> checked(
      RestorationState state, PhaseRunner.Over over) {
    RestorationRun run = state.run();
    if (!over.passed()) {
      checksFailed++;
      ctx.getLog().warn("check failed count={} {}", checksFailed, over.reason());
      if (checksFailed >= settings.checksFailed()) {
        return relapse(run, over.reason());
      }
      goOn(state);
      return Effect().none();
    }
    checksFailed = 0;
    RestorationLife.Checked checked = life.checked(run, with.clock().instant());
    if (checked instanceof RestorationLife.Raise raise) {
      EventMeta meta = with.stamper().causedBy(run.begun());
      return Effect()
          .persist(new RestorationEvent.IntakeRaised(meta, run.restorationId(), raise.percent()))
          .thenRun(
              after -> {
                ctx.getLog().info("intake raised percent={}", raise.percent());
                show(after, "");
                goOn(after);
              });
    }
    if (checked instanceof RestorationLife.Done) {
      String reason = "nothing failed for " + settings.watchFor().toSeconds() + " s";
      return end(run, new RestorationLife.End(RestorationLife.FULL_FUNCTION, reason));
    }
    goOn(state);
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> relapse(RestorationRun run, String reason) {
    passed.clear();
    EventMeta meta = with.stamper().causedBy(run.begun());
    Instant at = life.again(run, with.clock().instant());
    return Effect()
        .persist(new RestorationEvent.Relapsed(meta, run.restorationId(), reason, at))
        .thenRun(
            after -> {
              sayRelapse(reason, meta);
              modes.enterAgain(RestorationLife.keys(run), reason, meta);
              show(after, "");
              goOn(after);
            });
  }

  private void sayRelapse(String reason, EventMeta cause) {
    FaultVoice.of(ctx.getSystem())
        .raise("node", Recognised.of(ErrorNames.EMERGENCY_RECOVERY_RELAPSE, reason), cause);
  }

  private Effect<RestorationEvent, RestorationState> end(
      RestorationRun run, RestorationLife.End end) {
    passed.clear();
    EventMeta meta = with.stamper().causedBy(run.begun());
    return Effect()
        .persist(
            new RestorationEvent.RestorationEnded(
                meta, run.restorationId(), end.outcome(), end.reason()))
        .thenRun(
            after -> {
              ctx.getLog().warn("way back over outcome={} reason={}", end.outcome(), end.reason());
              modes.demandAll();
              modes.takeBack(RestorationLife.keys(run));
              if (run.restored()
                  && end.outcome().equals(RestorationEvent.RestorationEnded.GROUND_CAME_BACK)) {
                sayRelapse(end.reason(), meta);
              }
              show(after, "");
              again(Duration.ZERO);
            });
  }

  // ---- figures of normal operation

  private Effect<RestorationEvent, RestorationState> measure(Instant now) {
    measureAt = now.plus(settings.figuresAfter());
    ctx.pipeToSelf(
        with.tests().measure(settings.figuresAfter()),
        (figures, failure) -> new Measured(failure == null ? figures.orElse(null) : null));
    return Effect().none();
  }

  private Effect<RestorationEvent, RestorationState> measured(
      RestorationState state, Measured told) {
    if (told.figures() == null) {
      goOn(state);
      return Effect().none();
    }
    measureAt = with.clock().instant().plus(settings.figuresEvery());
    return Effect()
        .persist(new RestorationEvent.FiguresTaken(with.stamper().root(), told.figures()))
        .thenRun(this::goOn);
  }

  private void show(RestorationState state, String phase) {
    inForce.set(
        state
            .underWay()
            .map(run -> ReturnView.of(run, phase, trying(state, phase)))
            .orElseGet(() -> ReturnView.between(life.firstStage(state.intakeOwed()))));
  }

  /** During an attempt as much is taken as afterwards first; between two the modes say how much. */
  private int trying(RestorationState state, String phase) {
    boolean attempt = !passed.isEmpty() || !phase.isEmpty();
    return life.firstStage(attempt ? state.run().gradual() : state.intakeOwed());
  }
}
