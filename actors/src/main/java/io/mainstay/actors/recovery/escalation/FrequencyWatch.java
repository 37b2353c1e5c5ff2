package io.mainstay.actors.recovery.escalation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRefusals;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;

/**
 * Has the node do with less while errors come often, though not critically often: a counted fault
 * at that level gives performance_conservation_mode a ground, which goes after a quiet time. What
 * comes critically often has the system protect itself, see the case book. The ground outlives the
 * node; one of an earlier life goes after a quiet time too. Node-local, once per node.
 */
public final class FrequencyWatch {
  /** What it tells itself, and decisions. */
  public sealed interface Command {}

  private record Decided(EscalationDecision decision) implements Command {}

  private record Entered(Throwable failure) implements Command {}

  private record Left(Throwable failure) implements Command {}

  private record EnterAgain() implements Command {}

  private record Quiet() implements Command {}

  /** Names this watch among the grounds of a mode. */
  public static final String SOURCE = "escalation";

  /** The mode that it leads to. */
  public static final ModeKey MODE = ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final FrequencySettings settings;
  private final ActorRef<ModeCommand> modes;
  private String reason = "";
  private EventMeta cause;

  /** The mode does not list the trigger: asking again would not help. */
  private boolean keptOut;

  private FrequencyWatch(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      FrequencySettings settings,
      ActorRef<ModeCommand> modes) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.modes = modes;
  }

  /** The watch; where it is switched off it takes back what an earlier life said. */
  public static Behavior<Command> create(
      FrequencySettings settings, ActorRef<LedgerCommand> ledger, ActorRef<ModeCommand> modes) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  FrequencyWatch watch = new FrequencyWatch(ctx, timers, settings, modes);
                  if (settings.degrades()) {
                    watch.quietLater();
                    ledger.tell(
                        new LedgerCommand.Subscribe(
                            ctx.messageAdapter(EscalationDecision.class, Decided::new)));
                  } else {
                    ctx.getSelf().tell(new Quiet());
                  }
                  return watch.watching();
                }));
  }

  /** Whether a decision says that errors come that often. Pure. */
  static boolean isReason(EscalationDecision decision) {
    // One more that was healed at once is no reason, however many there were before.
    return decision.counted() && decision.escalation().frequency() == FrequencyLevel.HIGH_FREQUENCY;
  }

  private Behavior<Command> watching() {
    return Behaviors.receive(Command.class)
        .onMessage(Decided.class, this::onDecided)
        .onMessage(Entered.class, this::onEntered)
        .onMessage(EnterAgain.class, again -> enter())
        .onMessage(Quiet.class, quiet -> leave())
        .onMessage(Left.class, this::onLeft)
        .build();
  }

  private void quietLater() {
    timers.startSingleTimer(new Quiet(), settings.quiet());
  }

  private Behavior<Command> onDecided(Decided told) {
    EscalationDecision decision = told.decision();
    if (!isReason(decision)) {
      return Behaviors.same();
    }
    reason =
        "errors come often (%s), the last one %s at %s; until none counts for %d s"
            .formatted(
                FrequencyLevel.HIGH_FREQUENCY.action(),
                decision.fault().definition().name(),
                decision.fault().component(),
                settings.quiet().toSeconds());
    cause = decision.decided();
    quietLater();
    return enter();
  }

  private Behavior<Command> enter() {
    if (keptOut) {
      return Behaviors.same();
    }
    ctx.askWithStatus(
        ModeView.class,
        modes,
        ANSWER_WITHIN,
        replyTo ->
            new ModeCommand.Enter(
                MODE, ModeTrigger.ERROR_FREQUENCY, SOURCE, reason, cause, replyTo),
        (view, failure) -> new Entered(failure));
    return Behaviors.same();
  }

  /**
   * As long as it is not over, a ground that may not be durable is given again; not one that the
   * settings keep out.
   */
  private Behavior<Command> onEntered(Entered told) {
    keptOut |= ModeRefusals.isNotListed(told.failure());
    if (told.failure() == null) {
      timers.cancel(new EnterAgain());
    } else {
      ctx.getLog()
          .warn("mode not entered mode={} cause={}", MODE.text(), told.failure().toString());
      if (!keptOut && timers.isTimerActive(new Quiet())) {
        timers.startSingleTimer(new EnterAgain(), ANSWER_WITHIN);
      }
    }
    return Behaviors.same();
  }

  private Behavior<Command> leave() {
    timers.cancel(new EnterAgain());
    ctx.askWithStatus(
        ModeView.class,
        modes,
        ANSWER_WITHIN,
        replyTo ->
            new ModeCommand.Leave(MODE, SOURCE, "errors do not come often now", cause, replyTo),
        (view, failure) -> new Left(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onLeft(Left told) {
    if (told.failure() != null && !timers.isTimerActive(new Quiet())) {
      ctx.getLog().warn("mode not left mode={} cause={}", MODE.text(), told.failure().toString());
      timers.startSingleTimer(new Quiet(), ANSWER_WITHIN);
    }
    return Behaviors.same();
  }
}
