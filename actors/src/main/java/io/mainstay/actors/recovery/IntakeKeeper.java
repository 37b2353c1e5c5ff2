package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Pauses a node's intake when its storage fails, and opens it again after a probe write succeeded.
 * States: open, paused. While paused nothing is acknowledged, so nothing acknowledged can be lost;
 * both changes are journaled once the journal can be written again, and the fault is said then: a
 * fault that cannot be written down has no recovery. People hear of it at once: by the log, an
 * alert and the event stream.
 */
public final class IntakeKeeper {
  /** Kind of the alert while the storage takes no write; its subject is the intake. */
  public static final String ALERT = "database_failure";

  private static final String INTAKE = "intake";

  /** What the keeper is told. */
  public sealed interface Command {}

  /** The storage refused a write. */
  public record StorageFailed(String reason, String remedy) implements Command {}

  private record ProbeNow() implements Command {}

  private record Probed(Throwable failure) implements Command {}

  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final Intake intake;
  private final Duration interval;
  private final Runnable probe;
  private final Executor blocking;
  private final ActorRef<HistoryLog.Command<NodeEvent>> journal;
  private final ActorRef<? super AlertCommand> alerts;
  private final EventStamper stamper;

  private IntakeKeeper(
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers,
      Intake intake,
      Duration interval,
      Runnable probe,
      Executor blocking,
      ActorRef<HistoryLog.Command<NodeEvent>> journal,
      ActorRef<? super AlertCommand> alerts,
      EventStamper stamper) {
    this.ctx = ctx;
    this.timers = timers;
    this.intake = intake;
    this.interval = interval;
    this.probe = probe;
    this.blocking = blocking;
    this.journal = journal;
    this.alerts = alerts;
    this.stamper = stamper;
  }

  /**
   * @param interval between two probe writes
   * @param probe throws while the storage cannot be written; blocks
   * @param blocking where the probe runs
   * @param alerts told at once, and again when it is over
   */
  public static Behavior<Command> create(
      Intake intake,
      Duration interval,
      Runnable probe,
      Executor blocking,
      ActorRef<HistoryLog.Command<NodeEvent>> journal,
      ActorRef<? super AlertCommand> alerts,
      EventStamper stamper) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new IntakeKeeper(
                            ctx, timers, intake, interval, probe, blocking, journal, alerts,
                            stamper)
                        .open()));
  }

  private Behavior<Command> open() {
    return Behaviors.receive(Command.class)
        .onMessage(StorageFailed.class, this::onStorageFailed)
        .onMessage(
            ProbeNow.class, late -> Behaviors.same()) // asked for before the last probe's answer
        .onMessage(Probed.class, late -> Behaviors.same())
        .build();
  }

  private Behavior<Command> onStorageFailed(StorageFailed failed) {
    raiseAlert(failed);
    intake.pause(new Intake.Pause("storage_unavailable", failed.reason(), failed.remedy()));
    ctx.getLog()
        .error(
            "fault noticed, it cannot be journaled yet code={} component={} reason={} remedy={}",
            ErrorNames.DATABASE_FAILURE.code(),
            INTAKE,
            failed.reason(),
            failed.remedy());
    ctx.getSelf().tell(new ProbeNow());
    return paused(failed, System.nanoTime());
  }

  private Behavior<Command> paused(StorageFailed failed, long sinceNanos) {
    return Behaviors.receive(Command.class)
        .onMessage(
            StorageFailed.class, again -> Behaviors.same()) // paused already; probing goes on
        .onMessage(ProbeNow.class, this::onProbeNow)
        .onMessage(Probed.class, probed -> onProbed(probed, failed, sinceNanos))
        .build();
  }

  private Behavior<Command> onProbeNow(ProbeNow now) {
    ctx.pipeToSelf(
        CompletableFuture.runAsync(probe, blocking), (done, failure) -> new Probed(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onProbed(Probed probed, StorageFailed failed, long sinceNanos) {
    if (probed.failure() != null) {
      timers.startSingleTimer(new ProbeNow(), interval);
      return Behaviors.same();
    }
    var pausedEvent = new NodeEvent.IntakePaused(stamper.root(), failed.reason());
    long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
    journal.tell(HistoryLog.Record.of(pausedEvent));
    journal.tell(
        HistoryLog.Record.of(
            new NodeEvent.IntakeResumed(stamper.causedBy(pausedEvent.meta()), millis)));
    FaultVoice.of(ctx.getSystem())
        .raise(
            INTAKE,
            Recognised.of(
                ErrorNames.DATABASE_FAILURE,
                failed.reason() + "; a probe write succeeded after " + millis + " ms"),
            pausedEvent.meta());
    // Raised once more, for it may not have been written down; then its time is in the journal too.
    raiseAlert(failed);
    alerts.tell(
        new AlertCommand.Clear(
            ALERT,
            INTAKE,
            "a probe write succeeded after " + millis + " ms",
            pausedEvent.meta(),
            null));
    intake.open();
    ctx.getLog().info("intake resumed pausedMillis={}", millis);
    return open();
  }

  private void raiseAlert(StorageFailed failed) {
    alerts.tell(new AlertCommand.Raise(ALERT, INTAKE, failed.reason(), failed.remedy(), null));
  }
}
