package io.mainstay.actors.degradation.protection;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRefusals;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Looks at all components of a node again and again. When too many are unhealthy at the same time
 * it gives a ground for the mode that answers to it and then, as that mode's consequence, raises
 * {@code cascade_pattern_detected}; when enough are well again it takes the ground back. Either is
 * asked for until the keeper of the modes answers. Leaving the mode is not its business. What its
 * last life said and this one does not see is taken back too.
 */
public final class ProtectionWatch {
  /** It sends everything itself. */
  public sealed interface Command {}

  private record Look() implements Command {}

  private record Looked(ComponentCensus census, Throwable failure) implements Command {}

  private record Answered(Wish wish, ModeView view, Throwable failure) implements Command {}

  /**
   * What the keeper of the modes is asked for.
   *
   * @param ground whether there is to be one
   * @param number sets it apart from the one before
   */
  private record Wish(boolean ground, String evidence, long number) {}

  /** Names this watch among the grounds of a mode. */
  static final String SOURCE = "component watch";

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final ProtectionSettings settings;
  private final ModeKey mode;
  private final Supplier<CompletionStage<ComponentCensus>> census;
  private final ActorRef<ModeCommand> modes;
  private CascadeJudgement judgement = CascadeJudgement.begin();
  private long wishes;

  /** What is not known to be done; null while nothing is. */
  private Wish open;

  /** The open one is asked for, and not answered yet. */
  private boolean asking;

  /** There is a cascade of which the fault is still to be raised, once its mode was asked for. */
  private boolean faultOwed;

  private ProtectionWatch(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      ProtectionSettings settings,
      ModeKey mode,
      Supplier<CompletionStage<ComponentCensus>> census,
      ActorRef<ModeCommand> modes) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.mode = mode;
    this.census = census;
    this.modes = modes;
  }

  /**
   * The watch; where it is switched off it takes back what an earlier life said, and then ends.
   *
   * @param mode that answers to a cascade
   * @param census one look at all components; completes within the settings' bound
   */
  public static Behavior<Command> create(
      ProtectionSettings settings,
      ModeKey mode,
      Supplier<CompletionStage<ComponentCensus>> census,
      ActorRef<ModeCommand> modes) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  ProtectionWatch watch =
                      new ProtectionWatch(ctx, timers, settings, mode, census, modes);
                  return settings.on() ? watch.watching() : watch.takingBack();
                }));
  }

  private Behavior<Command> watching() {
    next();
    return Behaviors.receive(Command.class)
        .onMessage(Look.class, due -> onLook())
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Answered.class, this::onAnswered)
        .build();
  }

  private Behavior<Command> takingBack() {
    wish(false, ProtectionSettings.PATH + ".on = off");
    return Behaviors.receive(Command.class)
        .onMessage(Look.class, due -> onAskAgain())
        .onMessage(Answered.class, this::onTakenBack)
        .build();
  }

  private void next() {
    timers.startSingleTimer(new Look(), settings.checkEvery());
  }

  private Behavior<Command> onLook() {
    ctx.pipeToSelf(census.get(), Looked::new);
    return Behaviors.same();
  }

  private Behavior<Command> onLooked(Looked looked) {
    if (looked.failure() != null) {
      ctx.getLog().warn("components not counted cause={}", looked.failure().toString());
    } else {
      judge(looked.census());
    }
    askAgain();
    next();
    return Behaviors.same();
  }

  private Behavior<Command> onAskAgain() {
    askAgain();
    return Behaviors.same();
  }

  private Behavior<Command> onTakenBack(Answered told) {
    settle(told);
    if (open == null) {
      return Behaviors.stopped();
    }
    next();
    return Behaviors.same();
  }

  private Behavior<Command> onAnswered(Answered told) {
    settle(told);
    if (told.wish().ground() && faultOwed) {
      faultOwed = false;
      raise(told);
    }
    return Behaviors.same();
  }

  /** What is refused for good is not asked for again either. */
  private void settle(Answered told) {
    if (told.failure() != null) {
      ctx.getLog()
          .warn(
              "mode not {} mode={} cause={}",
              told.wish().ground() ? "entered" : "left",
              mode.text(),
              told.failure().toString());
    }
    if (told.wish().equals(open)) {
      asking = false;
      if (told.failure() == null || ModeRefusals.isNotListed(told.failure())) {
        open = null;
      }
    }
  }

  /** The fault follows the mode, as one story; it is raised also where the mode is refused. */
  private void raise(Answered told) {
    EventMeta entered =
        told.view() == null
            ? null
            : told.view().active().stream()
                .filter(active -> active.key().equals(mode))
                .map(ModeView.Active::entered)
                .findFirst()
                .orElse(null);
    FaultVoice.of(ctx.getSystem())
        .raise(
            "node",
            Recognised.of(ErrorNames.CASCADE_PATTERN_DETECTED, told.wish().evidence()),
            entered);
  }

  private void judge(ComponentCensus seen) {
    CascadeJudgement.Step step = judgement.look(seen.unhealthyShare(), settings);
    judgement = step.next();
    switch (step.verdict()) {
      case CASCADE_BEGAN -> {
        faultOwed = true;
        wish(true, seen.text());
      }
      case CASCADE_ENDED -> wish(false, seen.text());
      case NOTHING -> {
        // It is as it was said.
      }
    }
  }

  private void wish(boolean ground, String evidence) {
    open = new Wish(ground, evidence, ++wishes);
    asking = false;
    askAgain();
  }

  private void askAgain() {
    if (open == null || asking) {
      return;
    }
    asking = true;
    Wish wish = open;
    ctx.askWithStatus(
        ModeView.class,
        modes,
        settings.answerWithin(),
        (ActorRef<StatusReply<ModeView>> replyTo) -> command(wish, replyTo),
        (view, failure) -> new Answered(wish, view, failure));
  }

  private ModeCommand command(Wish wish, ActorRef<StatusReply<ModeView>> replyTo) {
    return wish.ground()
        ? new ModeCommand.Enter(
            mode, ModeTrigger.CASCADE_FAILURE, SOURCE, wish.evidence(), null, replyTo)
        : new ModeCommand.Leave(mode, SOURCE, wish.evidence(), null, replyTo);
  }
}
