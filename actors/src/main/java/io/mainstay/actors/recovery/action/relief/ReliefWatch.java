package io.mainstay.actors.recovery.action.relief;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.memory.MemoryFigures;
import io.mainstay.actors.recovery.action.memory.MemoryGauge;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Looks whether what led recoveries into modes is over, and takes those grounds back. The grounds
 * themselves are its state, so one that starts anew, also in a later life of the node, goes on.
 */
public final class ReliefWatch {
  private sealed interface Heard {}

  private record Look() implements Heard {}

  private record Seen(MemoryFigures figures, Throwable failure) implements Heard {}

  private final ActorContext<Heard> ctx;
  private final TimerScheduler<Heard> timers;
  private final ReliefSettings settings;
  private final Relief relief;
  private final ActionFloor floor;
  private final MemoryGauge gauge;

  private ReliefWatch(
      ActorContext<Heard> ctx,
      TimerScheduler<Heard> timers,
      ReliefSettings settings,
      ActionFloor floor,
      MemoryGauge gauge) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.relief = new Relief(settings.memoryBelow(), settings.workerOwnBytes());
    this.floor = floor;
    this.gauge = gauge;
    lookLater();
  }

  /**
   * The watch of a node; once per node.
   *
   * @param left told of each mode whose ground is taken back, with the subject of the recovery;
   *     must not block
   */
  public static Behavior<Void> create(
      ReliefSettings settings, ActionFloor floor, MemoryGauge gauge) {
    return Behaviors.<Heard>setup(
            ctx ->
                Behaviors.withTimers(
                    timers -> new ReliefWatch(ctx, timers, settings, floor, gauge).watching()))
        .unsafeCast();
  }

  private Behavior<Heard> watching() {
    return Behaviors.receive(Heard.class)
        .onMessage(Look.class, look -> onLook())
        .onMessage(Seen.class, this::onSeen)
        .build();
  }

  private void lookLater() {
    timers.startSingleTimer(new Look(), settings.lookInterval());
  }

  private Behavior<Heard> onLook() {
    boolean any =
        InForce.of(ctx.getSystem()).view().active().stream()
            .flatMap(active -> active.grounds().stream())
            .anyMatch(ground -> ReliefGround.of(ground.source()).isPresent());
    if (any) {
      // The domains may not be there yet: then it fails, and the next look asks again.
      ctx.pipeToSelf(
          CompletableFuture.completedStage(gauge).thenCompose(MemoryGauge::read), Seen::new);
    } else {
      lookLater();
    }
    return Behaviors.same();
  }

  private Behavior<Heard> onSeen(Seen seen) {
    lookLater();
    if (seen.failure() != null) {
      ctx.getLog().warn("memory not measured cause={}", seen.failure().toString());
      return Behaviors.same();
    }
    for (ModeView.Active active : InForce.of(ctx.getSystem()).view().active()) {
      for (ModeView.Ground ground : active.grounds()) {
        ReliefGround.of(ground.source()).ifPresent(of -> look(active, ground, of, seen.figures()));
      }
    }
    return Behaviors.same();
  }

  private void look(
      ModeView.Active active, ModeView.Ground ground, ReliefGround of, MemoryFigures figures) {
    Optional<String> over = relief.over(active.key(), of, figures);
    over.ifPresent(
        why -> {
          ctx.getLog()
              .info(
                  "mode of a recovery is over mode={} source={} why={}",
                  active.key().text(),
                  ground.source(),
                  why);
          floor
              .around()
              .modes()
              .tell(new ModeCommand.Leave(active.key(), ground.source(), why, null, null));
        });
  }
}
