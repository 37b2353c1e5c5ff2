package io.mainstay.actors.outage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the outage of one device is. Pure and immutable; {@link #decide} gives the next one and
 * what is to be done. Frozen at the first sign of loss; so many reconnections, each after twice the
 * wait of the one before; a comparison once the device is back, or failover when it does not come.
 * The freeze ends after its bound whatever happens.
 *
 * @param epoch of the worker that was lost, or came
 * @param attempts reconnections so far
 * @param sinceMillis when the outage began, by the caller's clock; 0 while there is none
 * @param failoverMillis when failover began; 0 while there is none
 * @param frozen changes of state wait
 */
public record Outage(
    Phase phase, long epoch, int attempts, long sinceMillis, long failoverMillis, boolean frozen) {
  /** Where it is. */
  public enum Phase {
    /** There is none. */
    REACHABLE,
    /** Out of reach; reconnections are tried. */
    FROZEN,
    /** In reach again; both sides are compared. */
    RECONCILING,
    /** Given up for now; its work is elsewhere. */
    FAILOVER,
    /** In reach again after failover; both sides are compared. */
    RETURNING
  }

  /**
   * Bounds.
   *
   * @param freeze longest wait of a change of state
   * @param attempts reconnections
   * @param backoff wait before the first one; each later wait is twice the one before
   */
  public record Limits(Duration freeze, int attempts, Duration backoff) {
    /** Wait before the attempt of that number, from 1. */
    public Duration before(int attempt) {
      return backoff.multipliedBy(1L << (attempt - 1));
    }
  }

  /** What happened. */
  public sealed interface Sign {
    /** No beat, or no process. */
    record Lost(long epoch, String reason) implements Sign {}

    /** A worker of that epoch serves: the same one answers again, or a successor said hello. */
    record InReach(long epoch) implements Sign {}

    /** The wait before that attempt is over; one above the limit means giving up. */
    record AttemptDue(int attempt) implements Sign {}

    /** The freeze that began then has lasted its bound. */
    record FreezeOver(long sinceMillis) implements Sign {}

    /** Both sides were compared and repaired. */
    record Compared(long epoch, boolean agree) implements Sign {}
  }

  /** What is to be done. */
  public sealed interface Effect {
    /** Changes of state wait, for so long at most. */
    record Freeze(String reason, Duration longest) implements Effect {}

    /** Say {@link Sign.AttemptDue} after the pause. */
    record Await(int attempt, Duration pause) implements Effect {}

    /** Have the device bring a worker up now. */
    record Reconnect(int attempt, Duration next) implements Effect {}

    /** It is in reach again; {@code same} if it is the worker that was lost. */
    record NoteReconnected(boolean same) implements Effect {}

    /** Compare both sides. */
    record Compare() implements Effect {}

    /** Changes of state go on. */
    record Thaw(String reason) implements Effect {}

    /** Move the work, and tell people. */
    record FailOver(String reason) implements Effect {}

    /** The device has its work again; tell people. */
    record FailBack() implements Effect {}

    /** Whoever carries this out was restarted: changes of state wait, for what is left. */
    record KeepFrozen(Duration left) implements Effect {}

    /** Whoever carries this out was restarted: the comparison goes on where it was. */
    record KeepComparing() implements Effect {}

    /** Whoever carries this out was restarted: the move goes on where it was. */
    record KeepMoving() implements Effect {}

    /** Both sides do not agree although they were repaired; tell people. */
    record TellDisagreement() implements Effect {}
  }

  /** The next state, and what is to be done, in order. */
  public record Decision(Outage next, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Before the first sign. */
  public static Outage none() {
    return new Outage(Phase.REACHABLE, 0, 0, 0, 0, false);
  }

  /** What the sign makes of this. */
  public Decision decide(Sign sign, long nowMillis, Limits limits) {
    if (sign instanceof Sign.Lost lost) {
      return lost(lost, nowMillis, limits);
    }
    if (sign instanceof Sign.InReach up) {
      return inReach(up.epoch());
    }
    if (sign instanceof Sign.AttemptDue due) {
      return attemptDue(due.attempt(), nowMillis, limits);
    }
    if (sign instanceof Sign.FreezeOver over) {
      return freezeOver(over.sinceMillis(), nowMillis);
    }
    return compared((Sign.Compared) sign);
  }

  /** What whoever carries decisions out has to do again after a restart of its own. */
  public Decision resumed(long now, Limits limits) {
    List<Effect> effects = new ArrayList<>();
    if (frozen) {
      long left = sinceMillis + limits.freeze().toMillis() - now;
      effects.add(new Effect.KeepFrozen(Duration.ofMillis(Math.max(0, left))));
    }
    if (phase == Phase.FROZEN) {
      effects.add(new Effect.Await(attempts + 1, limits.before(attempts + 1)));
    }
    if (phase == Phase.FAILOVER || phase == Phase.RETURNING) {
      effects.add(new Effect.KeepMoving());
    }
    if (phase == Phase.RECONCILING || phase == Phase.RETURNING) {
      effects.add(new Effect.KeepComparing());
    }
    return new Decision(this, effects);
  }

  private Decision lost(Sign.Lost lost, long now, Limits limits) {
    return switch (phase) {
      case REACHABLE ->
          new Decision(
              new Outage(Phase.FROZEN, lost.epoch(), 0, now, 0, true),
              List.of(
                  new Effect.Freeze(lost.reason(), limits.freeze()),
                  new Effect.Await(1, limits.before(1))));
      case FROZEN, FAILOVER -> stay();
      // Attempts and the freeze go on counting: a device that comes and goes is given up too.
      case RECONCILING ->
          attempts >= limits.attempts() && !frozen
              ? failOver("it was lost again", now)
              : new Decision(
                  in(Phase.FROZEN, lost.epoch()),
                  List.of(new Effect.Await(attempts + 1, limits.before(attempts + 1))));
      case RETURNING -> new Decision(in(Phase.FAILOVER, lost.epoch()), List.of());
    };
  }

  private Decision inReach(long upEpoch) {
    return switch (phase) {
      case REACHABLE ->
          new Decision(
              in(Phase.REACHABLE, upEpoch),
              // What an earlier life of the node said of the device is over.
              epoch == 0 ? List.of(new Effect.FailBack()) : List.of());
      case FROZEN ->
          new Decision(
              in(Phase.RECONCILING, upEpoch),
              List.of(new Effect.NoteReconnected(upEpoch == epoch), new Effect.Compare()));
      case FAILOVER ->
          new Decision(
              in(Phase.RETURNING, upEpoch),
              List.of(new Effect.NoteReconnected(upEpoch == epoch), new Effect.Compare()));
      // Another worker took over meanwhile: what was asked of the one before says nothing.
      case RECONCILING, RETURNING ->
          upEpoch == epoch
              ? stay()
              : new Decision(in(phase, upEpoch), List.of(new Effect.Compare()));
    };
  }

  private Decision attemptDue(int attempt, long now, Limits limits) {
    if (phase != Phase.FROZEN || attempt != attempts + 1) {
      return stay();
    }
    if (attempt > limits.attempts()) {
      return failOver("it did not come back after " + attempts + " reconnections", now);
    }
    Duration next = limits.before(attempt + 1);
    return new Decision(
        new Outage(phase, epoch, attempt, sinceMillis, failoverMillis, frozen),
        List.of(new Effect.Reconnect(attempt, next), new Effect.Await(attempt + 1, next)));
  }

  private Decision freezeOver(long began, long now) {
    if (!frozen || began != sinceMillis) {
      return stay();
    }
    if (phase == Phase.FROZEN) {
      return failOver("it did not come back within the freeze", now);
    }
    return new Decision(
        new Outage(phase, epoch, attempts, sinceMillis, failoverMillis, false),
        List.of(new Effect.Thaw("the freeze has lasted its bound")));
  }

  private Decision failOver(String reason, long now) {
    Outage next = new Outage(Phase.FAILOVER, epoch, attempts, sinceMillis, now, false);
    return new Decision(
        next,
        frozen
            ? List.of(new Effect.FailOver(reason), new Effect.Thaw("failover"))
            : List.of(new Effect.FailOver(reason)));
  }

  private Decision compared(Sign.Compared compared) {
    boolean awaited = phase == Phase.RECONCILING || phase == Phase.RETURNING;
    if (!awaited || compared.epoch() != epoch) {
      return stay();
    }
    List<Effect> effects = new ArrayList<>();
    if (!compared.agree()) {
      effects.add(new Effect.TellDisagreement());
    }
    if (phase == Phase.RETURNING) {
      effects.add(new Effect.FailBack());
    }
    if (frozen) {
      effects.add(new Effect.Thaw(compared.agree() ? "both sides agree" : "compared"));
    }
    return new Decision(new Outage(Phase.REACHABLE, epoch, 0, 0, 0, false), effects);
  }

  private Outage in(Phase next, long ofEpoch) {
    return new Outage(next, ofEpoch, attempts, sinceMillis, failoverMillis, frozen);
  }

  private Decision stay() {
    return new Decision(this, List.of());
  }
}
