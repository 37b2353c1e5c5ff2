package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import io.mainstay.actors.node.RecoverySequence.Told;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Steers one recovery of a node, component after component: journals each as it is back, and then
 * lets work come to the next one. One that is not back in time is told as degraded, with an alert,
 * and the next one takes work all the same; it is looked at until it is whole, which ends the
 * alert. Ends when all are whole.
 */
final class NodeRecovery {
  /** Kind of the alert; its subject is the component. */
  static final String DEGRADED = "recovery_degraded";

  /** It sends everything itself. */
  sealed interface Command {}

  private record LookNow() implements Command {}

  private record Looked(Component component, Look look, Throwable failure) implements Command {}

  private record PatienceOver(Component component) implements Command {}

  private record AllWhole() implements Command {}

  private record LookAgain(Component component) implements Command {}

  private record LookedAgain(Component component, Look look, Throwable failure)
      implements Command {}

  /** Who is told and asked. */
  record Collaborators(
      Function<Component, CompletionStage<Look>> looking,
      RecoveryGates gates,
      ActorRef<HistoryLog.Command<NodeEvent>> log,
      ActorRef<AlertCommand> alerts,
      EventStamper stamper) {}

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final RecoverySettings settings;
  private final Collaborators with;
  private final long began = System.nanoTime();
  private final Map<Component, Told> degraded = new TreeMap<>();
  private long componentBegan = began;
  private RecoverySequence sequence = RecoverySequence.begin();
  private Look lastLook;
  private EventMeta last;

  private NodeRecovery(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      RecoverySettings settings,
      Collaborators with,
      EventMeta cause) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.last = cause;
  }

  /**
   * @param cause the node's start
   */
  static Behavior<Command> create(RecoverySettings settings, Collaborators with, EventMeta cause) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  NodeRecovery recovery = new NodeRecovery(ctx, timers, settings, with, cause);
                  recovery.beginComponent();
                  return recovery.steering();
                }));
  }

  private Behavior<Command> steering() {
    return Behaviors.receive(Command.class)
        .onMessage(LookNow.class, this::onLookNow)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(PatienceOver.class, this::onPatienceOver)
        .onMessage(AllWhole.class, whole -> Behaviors.stopped())
        .onMessage(LookAgain.class, this::onLookAgain)
        .onMessage(LookedAgain.class, this::onLookedAgain)
        .build();
  }

  private void beginComponent() {
    Component component = sequence.next().orElseThrow();
    componentBegan = System.nanoTime();
    lastLook = Look.useless("it did not answer");
    timers.startSingleTimer(
        PatienceOver.class, new PatienceOver(component), settings.patience().useless());
    ctx.getSelf().tell(new LookNow());
  }

  private Behavior<Command> onLookNow(LookNow now) {
    Component component = sequence.next().orElse(null);
    if (component != null) {
      ctx.pipeToSelf(
          with.looking().apply(component), (look, failure) -> new Looked(component, look, failure));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onLooked(Looked looked) {
    if (!sequence.next().equals(Optional.of(looked.component()))) {
      return Behaviors.same(); // Told meanwhile.
    }
    lastLook = look(looked.look(), looked.failure());
    Optional<Told> told =
        sequence.told(
            lastLook, Duration.ofNanos(System.nanoTime() - componentBegan), settings.patience());
    if (told.isPresent()) {
      goOn(told.get());
    } else {
      timers.startSingleTimer(LookNow.class, new LookNow(), settings.lookInterval());
    }
    return Behaviors.same();
  }

  /** Also of one that never answers: nobody waits for ever. */
  private Behavior<Command> onPatienceOver(PatienceOver over) {
    if (sequence.next().equals(Optional.of(over.component()))) {
      sequence
          .told(lastLook, settings.patience().useless(), settings.patience())
          .ifPresent(this::goOn);
    }
    return Behaviors.same();
  }

  private static Look look(Look look, Throwable failure) {
    return failure == null ? look : Look.useless("it did not answer: " + failure.getMessage());
  }

  private void goOn(Told told) {
    tell(told);
    timers.cancel(PatienceOver.class);
    timers.cancel(LookNow.class);
    sequence = sequence.after();
    if (sequence.next().isPresent()) {
      Component next = sequence.next().get();
      RecoveryGate.Opened opened = with.gates().open(next);
      ctx.getLog()
          .info(
              "component takes work component={} waited={} turnedAway={}",
              name(next),
              opened.handedOver(),
              opened.turnedAway());
      beginComponent();
    } else if (degraded.isEmpty()) {
      ctx.getSelf().tell(new AllWhole());
    }
  }

  private void tell(Told told) {
    last = with.stamper().causedBy(last);
    long millis = (System.nanoTime() - began) / 1_000_000;
    String component = name(told.component());
    ctx.getLog()
        .info(
            "recovery step={} component={} outcome={} evidence='{}' millis={}",
            told.order(),
            component,
            told.outcome(),
            told.evidence(),
            millis);
    with.log()
        .tell(
            HistoryLog.Record.of(
                new NodeEvent.RecoveryStep(
                    last, told.order(), component, told.outcome(), told.evidence(), millis)));
    if (told.whole()) {
      degraded.remove(told.component());
      with.alerts()
          .tell(
              new AlertCommand.Clear(DEGRADED, component, "it is whole: " + told.evidence(), last));
    } else {
      degraded.put(told.component(), told);
      with.alerts()
          .tell(
              new AlertCommand.Raise(
                  DEGRADED,
                  component,
                  component
                      + " is not whole "
                      + millis
                      + " ms after the start ("
                      + RecoverySettings.PATH
                      + ".patience): "
                      + told.evidence()
                      + "; what leans on it takes work all the same",
                  "See 'mainstay status' and the node's log for " + component,
                  last));
      timers.startSingleTimer(
          told.component(), new LookAgain(told.component()), settings.lookAgain());
    }
  }

  private Behavior<Command> onLookAgain(LookAgain again) {
    ctx.pipeToSelf(
        with.looking().apply(again.component()),
        (look, failure) -> new LookedAgain(again.component(), look, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onLookedAgain(LookedAgain looked) {
    Told before = degraded.get(looked.component());
    if (!look(looked.look(), looked.failure()).whole()) {
      timers.startSingleTimer(
          looked.component(), new LookAgain(looked.component()), settings.lookAgain());
      return Behaviors.same();
    }
    tell(new Told(before.order(), looked.component(), true, looked.look().evidence()));
    return sequence.next().isEmpty() && degraded.isEmpty() ? Behaviors.stopped() : Behaviors.same();
  }

  private static String name(Component component) {
    return component.name().toLowerCase(Locale.ROOT);
  }
}
