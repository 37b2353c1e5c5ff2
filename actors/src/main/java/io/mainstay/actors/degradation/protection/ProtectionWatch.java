package io.mainstay.actors.degradation.protection;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
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
 * {@code cascade_pattern_detected}; when enough are well again it takes the ground back. Leaving
 * the mode is not its business. What its last life said and this one does not see is taken back
 * too.
 */
public final class ProtectionWatch {
  /** It sends everything itself. */
  public sealed interface Command {}

  private record Look() implements Command {}

  private record Looked(ComponentCensus census, Throwable failure) implements Command {}

  private record Entered(String evidence, ModeView view, Throwable failure) implements Command {}

  /** Names this watch among the grounds of a mode. */
  static final String SOURCE = "component watch";

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final ProtectionSettings settings;
  private final ModeKey mode;
  private final Supplier<CompletionStage<ComponentCensus>> census;
  private final ActorRef<ModeCommand> modes;
  private CascadeJudgement judgement = CascadeJudgement.begin();

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
    next();
  }

  /**
   * The watch; where it is switched off it takes back what an earlier life said, and ends.
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
        ctx -> {
          if (!settings.on()) {
            String why = ProtectionSettings.PATH + ".on = off";
            modes.tell(new ModeCommand.Leave(mode, SOURCE, why, null, null));
            return Behaviors.stopped();
          }
          return Behaviors.withTimers(
              timers -> new ProtectionWatch(ctx, timers, settings, mode, census, modes).watching());
        });
  }

  private Behavior<Command> watching() {
    return Behaviors.receive(Command.class)
        .onMessage(Look.class, due -> onLook())
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Entered.class, this::onEntered)
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
    next();
    return Behaviors.same();
  }

  /** The fault follows the mode, as one story; it is raised also where the mode is refused. */
  private Behavior<Command> onEntered(Entered told) {
    EventMeta entered =
        told.view() == null
            ? null
            : told.view().active().stream()
                .filter(active -> active.key().equals(mode))
                .map(ModeView.Active::entered)
                .findFirst()
                .orElse(null);
    if (told.failure() != null) {
      ctx.getLog()
          .warn("mode not entered mode={} cause={}", mode.text(), told.failure().toString());
    }
    FaultVoice.of(ctx.getSystem())
        .raise(
            "node", Recognised.of(ErrorNames.CASCADE_PATTERN_DETECTED, told.evidence()), entered);
    return Behaviors.same();
  }

  private void judge(ComponentCensus seen) {
    CascadeJudgement.Step step = judgement.look(seen.unhealthyShare(), settings);
    judgement = step.next();
    switch (step.verdict()) {
      case CASCADE_BEGAN ->
          ctx.askWithStatus(
              ModeView.class,
              modes,
              settings.answerWithin(),
              (ActorRef<StatusReply<ModeView>> replyTo) ->
                  new ModeCommand.Enter(
                      mode, ModeTrigger.CASCADE_FAILURE, SOURCE, seen.text(), null, replyTo),
              (view, failure) -> new Entered(seen.text(), view, failure));
      case CASCADE_ENDED ->
          modes.tell(new ModeCommand.Leave(mode, SOURCE, seen.text(), null, null));
      case NOTHING -> {
        // It is as it was said.
      }
    }
  }
}
