package io.mainstay.actors.outage;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.outage.OutageBooks.Step;
import io.mainstay.actors.outage.OutageBooks.Watched;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * What is decided, carried out in order for each device: the journal has a step's event before the
 * step is done. A journal that does not answer in time holds nothing up for longer than that. What
 * waits is in the keeper's books, and goes on after a restart. Confined to the keeper.
 */
final class OutageSteps {
  private final ActorContext<OutageCommand> ctx;
  private final TimerScheduler<OutageCommand> timers;
  private final OutageJournals journals;
  private final Duration timeout;
  private final OutageBooks books;
  private final BiConsumer<String, OutageAct> acts;

  /**
   * @param timeout of one write
   * @param acts does what is due, given the device
   */
  OutageSteps(
      ActorContext<OutageCommand> ctx,
      TimerScheduler<OutageCommand> timers,
      OutageJournals journals,
      Duration timeout,
      OutageBooks books,
      BiConsumer<String, OutageAct> acts) {
    this.ctx = ctx;
    this.timers = timers;
    this.journals = journals;
    this.timeout = timeout;
    this.books = books;
    this.acts = acts;
  }

  /** Write the event, then act. */
  void then(String deviceId, CausedEvent event, OutageAct act) {
    Watched watched = books.device(deviceId);
    boolean first = watched.steps().isEmpty();
    watched.steps().add(new Step(books.next(), event, act));
    if (first) {
      advance(deviceId, watched);
    }
  }

  /** Write the event; nothing else is done. */
  void note(String deviceId, CausedEvent event) {
    then(deviceId, event, new OutageAct.Nothing());
  }

  /** Act, once all that was decided before is done. */
  void then(String deviceId, OutageAct act) {
    then(deviceId, null, act);
  }

  /** Whether such an act is still to come. */
  boolean waits(String deviceId, Predicate<OutageAct> act) {
    return books.device(deviceId).steps().stream().map(Step::act).anyMatch(act);
  }

  /**
   * After a restart of the keeper. The answer to a write that was asked before comes all the same:
   * nothing is written twice.
   */
  void resume(String deviceId) {
    Watched watched = books.device(deviceId);
    Step head = watched.steps().peek();
    if (head != null && head.number() == watched.writing()) {
      timers.startSingleTimer(
          "step " + deviceId,
          new Heard.Written(
              deviceId,
              head.number(),
              new TimeoutException("no answer within " + timeout + " after a restart")),
          timeout);
    } else {
      advance(deviceId, watched);
    }
  }

  /** The journal answered, or did not. */
  void on(Heard.Written written) {
    Watched watched = books.device(written.deviceId());
    Step due = watched.steps().peek();
    if (due == null || due.number() != written.step()) {
      return; // Answered before.
    }
    timers.cancel("step " + written.deviceId());
    if (written.failure() != null) {
      ctx.getLog()
          .warn(
              "outage goes on although its step is not known to be journaled device={} event={}"
                  + " reason={}",
              written.deviceId(),
              due.event().getClass().getSimpleName(),
              written.failure().toString());
    }
    carryOut(written.deviceId(), watched);
    advance(written.deviceId(), watched);
  }

  private void advance(String deviceId, Watched watched) {
    for (Step head = watched.steps().peek(); head != null; head = watched.steps().peek()) {
      if (head.event() != null) {
        watched.writes(head.number());
        write(deviceId, head);
        return;
      }
      carryOut(deviceId, watched);
    }
  }

  /** One that fails is not tried again: the restart goes on with the next. */
  private void carryOut(String deviceId, Watched watched) {
    try {
      acts.accept(deviceId, watched.steps().peek().act());
    } finally {
      watched.steps().poll();
    }
  }

  private void write(String deviceId, Step step) {
    if (step.event() instanceof ConsistencyEvent divergence) {
      ctx.ask(
          EventMeta.class,
          journals.consistency(),
          timeout,
          replyTo -> new HistoryLog.Record<>(divergence, replyTo),
          (meta, failure) -> new Heard.Written(deviceId, step.number(), failure));
    } else {
      OutageEvent event = (OutageEvent) step.event();
      ctx.ask(
          EventMeta.class,
          journals.outages(),
          timeout,
          replyTo -> new HistoryLog.Record<>(event, replyTo),
          (meta, failure) -> new Heard.Written(deviceId, step.number(), failure));
    }
  }
}
