package io.mainstay.actors.recovery.action;

import akka.pattern.Patterns;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One source's ground to be in a mode, taken back by itself after a time. The ground outlives the
 * node: whoever holds one takes it back, or enters again, when the node begins anew. Thread-safe.
 */
public final class ModeGround {
  private final ActionFloor floor;
  private final ModeKey key;
  private final String source;
  private final AtomicLong entered = new AtomicLong();

  /**
   * @param source who says so, in the mode's journal
   */
  public ModeGround(ActionFloor floor, ModeKey key, String source) {
    this.floor = floor;
    this.key = key;
    this.source = source;
  }

  /** Completes when it is durable; until it is taken back. */
  public CompletionStage<ModeView> enter(ModeTrigger trigger, String reason) {
    entered.incrementAndGet();
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Enter(key, trigger, source, reason, null, replyTo),
        floor.answerWithin());
  }

  /** The same, and taken back after that time unless it is entered again. */
  public CompletionStage<ModeView> enter(ModeTrigger trigger, String reason, Duration hold) {
    CompletionStage<ModeView> held = enter(trigger, reason);
    long mine = entered.get();
    Patterns.after(
        hold,
        floor.system(),
        () -> {
          if (entered.get() == mine) {
            leave("it was held for " + hold.toMillis() + " ms");
          }
          return CompletableFuture.completedFuture(mine);
        });
    return held;
  }

  /** Completes when that is durable; harmless if there is none. */
  public CompletionStage<ModeView> leave(String reason) {
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Leave(key, source, reason, null, replyTo),
        floor.answerWithin());
  }

  /** Whether that source has it there in what holds. */
  public boolean isIn(ModeView view) {
    return view.active().stream()
        .filter(active -> active.key().equals(key))
        .flatMap(active -> active.grounds().stream())
        .anyMatch(ground -> ground.source().equals(source));
  }
}
