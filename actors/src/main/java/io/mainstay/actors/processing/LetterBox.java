package io.mainstay.actors.processing;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.processing.recipe.Recipe;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The poisoned documents of a session, on their way to the dead letters: each is stored until that
 * is durable. Confined to its runner.
 */
final class LetterBox {
  private final ActorContext<RunnerMessage> ctx;
  private final TimerScheduler<RunnerMessage> timers;
  private final String sessionId;
  private final DeadLetters deadLetters;
  private final Recipe recipe;
  private final Duration pause;
  private final Set<Integer> poisoned = new HashSet<>();
  private final Set<Integer> unstored = new HashSet<>();

  LetterBox(
      ActorContext<RunnerMessage> ctx,
      TimerScheduler<RunnerMessage> timers,
      String sessionId,
      DeadLetters deadLetters,
      Recipe recipe,
      Duration pause) {
    this.ctx = ctx;
    this.timers = timers;
    this.sessionId = sessionId;
    this.deadLetters = deadLetters;
    this.recipe = recipe;
    this.pause = pause;
  }

  /** True when every letter is durable. */
  boolean isEmpty() {
    return unstored.isEmpty();
  }

  void add(int index, String reason) {
    if (poisoned.add(index)) {
      unstored.add(index);
      ctx.getSelf().tell(new RunnerMessage.StoreLetter(index, reason));
    }
  }

  void store(RunnerMessage.StoreLetter letter) {
    ctx.pipeToSelf(
        deadLetters.store(
            sessionId, letter.index(), letter.reason(), recipe.document(letter.index())),
        (done, failure) ->
            new RunnerMessage.LetterStored(letter.index(), letter.reason(), failure));
  }

  void stored(RunnerMessage.LetterStored letter) {
    if (letter.failure() == null) {
      unstored.remove(letter.index());
      return;
    }
    ctx.getLog()
        .warn(
            "Dead letter not stored, trying again session={} index={} cause={}",
            sessionId,
            letter.index(),
            letter.failure().toString());
    timers.startSingleTimer(
        "letter-" + letter.index(),
        new RunnerMessage.StoreLetter(letter.index(), letter.reason()),
        pause);
  }
}
