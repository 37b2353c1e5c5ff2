package io.mainstay.persistence.journal;

import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Keeps the cause index up to date on a node: one step at a time on Akka's blocking dispatcher,
 * soon again while it is behind, else after a pause. It never holds the database for long, since
 * the journal waits meanwhile. A step that fails is tried again after the pause.
 */
public final class CauseIndexer {
  /** What it understands; it sends everything itself. */
  public sealed interface Command {}

  private record Tick() implements Command {}

  private record Advanced(int rows) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  /**
   * Bounds of the indexer.
   *
   * @param batchRows in one transaction
   * @param catchUpPause between steps while it is behind
   * @param pause between steps when it has caught up
   */
  public record Settings(int batchRows, Duration catchUpPause, Duration pause) {
    /** Where the settings lie. */
    public static final String PATH = "mainstay.persistence.cause-index";

    public Settings {
      if (batchRows < 1
          || catchUpPause.isNegative()
          || pause.isZero()
          || catchUpPause.compareTo(pause) > 0) {
        throw new IllegalArgumentException(
            PATH
                + ": batch-rows must be 1 or more, pause positive and catch-up-pause not above it;"
                + " got "
                + batchRows
                + ", "
                + pause
                + " and "
                + catchUpPause);
      }
    }

    /** Reads {@link #PATH}. */
    public static Settings of(Config root) {
      Config config = root.getConfig(PATH);
      return new Settings(
          config.getInt("batch-rows"),
          config.getDuration("catch-up-pause"),
          config.getDuration("pause"));
    }
  }

  private final CauseIndex index;
  private final Settings settings;
  private final ActorContext<Command> ctx;
  private final TimerScheduler<Command> timers;
  private final Executor blocking;
  private boolean failing;

  private CauseIndexer(
      CauseIndex index,
      Settings settings,
      ActorContext<Command> ctx,
      TimerScheduler<Command> timers) {
    this.index = index;
    this.settings = settings;
    this.ctx = ctx;
    this.timers = timers;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** The actor; one per database. */
  public static Behavior<Command> create(CauseIndex index, Settings settings) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  ctx.getSelf().tell(new Tick());
                  return new CauseIndexer(index, settings, ctx, timers).running();
                }));
  }

  private Behavior<Command> running() {
    return Behaviors.receive(Command.class)
        .onMessage(Tick.class, this::onTick)
        .onMessage(Advanced.class, this::onAdvanced)
        .onMessage(Failed.class, this::onFailed)
        .build();
  }

  private Behavior<Command> onTick(Tick tick) {
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(() -> index.advance(settings.batchRows()), blocking),
        (rows, failure) -> failure == null ? new Advanced(rows) : new Failed(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onAdvanced(Advanced advanced) {
    failing = false;
    boolean behind = advanced.rows() == settings.batchRows();
    timers.startSingleTimer(new Tick(), behind ? settings.catchUpPause() : settings.pause());
    return Behaviors.same();
  }

  private Behavior<Command> onFailed(Failed failed) {
    if (!failing) {
      failing = true;
      ctx.getLog()
          .warn("cause index is behind, trying again; pause={}", settings.pause(), failed.cause());
    }
    timers.startSingleTimer(new Tick(), settings.pause());
    return Behaviors.same();
  }
}
