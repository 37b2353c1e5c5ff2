package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import com.typesafe.config.Config;
import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import io.mainstay.actors.node.RecoverySequence.Told;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Follows one recovery of a node, component after component, and journals each as it is back, with
 * what was found. Changes nothing: components come back by themselves. Ends with the last one.
 */
final class NodeRecovery {
  /** It sends everything itself. */
  sealed interface Command {}

  private record LookNow() implements Command {}

  private record Looked(Component component, Look look, Throwable failure) implements Command {}

  /**
   * Bounds.
   *
   * @param interval between two looks at a component
   * @param patience for one component, after which it is told as it is
   */
  record Settings(Duration interval, Duration patience) {
    private static final String PATH = "mainstay.recovery.steps";

    Settings {
      if (interval.toMillis() < 1 || patience.compareTo(interval) < 0) {
        throw new IllegalArgumentException(
            PATH
                + ": look-interval is "
                + interval
                + ", at least 1 ms; patience is "
                + patience
                + ", not below it");
      }
    }

    /** Reads {@code mainstay.recovery.steps}. */
    static Settings of(Config root) {
      return new Settings(
          root.getDuration(PATH + ".look-interval"), root.getDuration(PATH + ".patience"));
    }
  }

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final Settings settings;
  private final Function<Component, CompletionStage<Look>> looking;
  private final ActorRef<HistoryLog.Command<NodeEvent>> log;
  private final EventStamper stamper;
  private final long began = System.nanoTime();
  private long componentBegan = began;
  private RecoverySequence sequence = RecoverySequence.begin();
  private EventMeta last;

  private NodeRecovery(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      Settings settings,
      Function<Component, CompletionStage<Look>> looking,
      ActorRef<HistoryLog.Command<NodeEvent>> log,
      EventStamper stamper,
      EventMeta cause) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.looking = looking;
    this.log = log;
    this.stamper = stamper;
    this.last = cause;
  }

  /**
   * @param looking one look at a component; bounded by itself
   * @param cause the node's start
   */
  static Behavior<Command> create(
      Settings settings,
      Function<Component, CompletionStage<Look>> looking,
      ActorRef<HistoryLog.Command<NodeEvent>> log,
      EventStamper stamper,
      EventMeta cause) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  ctx.getSelf().tell(new LookNow());
                  return new NodeRecovery(ctx, timers, settings, looking, log, stamper, cause)
                      .following();
                }));
  }

  private Behavior<Command> following() {
    return Behaviors.receive(Command.class)
        .onMessage(LookNow.class, this::onLookNow)
        .onMessage(Looked.class, this::onLooked)
        .build();
  }

  private Behavior<Command> onLookNow(LookNow now) {
    Component component = sequence.next().orElseThrow();
    ctx.pipeToSelf(
        looking.apply(component), (look, failure) -> new Looked(component, look, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onLooked(Looked looked) {
    Look look =
        looked.failure() == null
            ? looked.look()
            : new Look(false, false, "it did not answer: " + looked.failure().getMessage());
    boolean overdue = System.nanoTime() - componentBegan >= settings.patience().toNanos();
    Optional<Told> told = sequence.told(look, overdue);
    if (told.isEmpty()) {
      timers.startSingleTimer(new LookNow(), settings.interval());
      return Behaviors.same();
    }
    tell(told.get());
    sequence = sequence.after();
    componentBegan = System.nanoTime();
    if (sequence.next().isEmpty()) {
      return Behaviors.stopped();
    }
    ctx.getSelf().tell(new LookNow());
    return Behaviors.same();
  }

  private void tell(Told told) {
    last = stamper.causedBy(last);
    long millis = (System.nanoTime() - began) / 1_000_000;
    String component = told.component().name().toLowerCase(Locale.ROOT);
    ctx.getLog()
        .info(
            "recovery step={} component={} outcome={} evidence='{}' millis={}",
            told.order(),
            component,
            told.outcome(),
            told.evidence(),
            millis);
    log.tell(
        HistoryLog.Record.of(
            new NodeEvent.RecoveryStep(
                last, told.order(), component, told.outcome(), told.evidence(), millis)));
  }
}
