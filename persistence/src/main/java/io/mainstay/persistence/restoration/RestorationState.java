package io.mainstay.persistence.restoration;

import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * A node's way back. Immutable. Written as a snapshot; names and fields only grow.
 *
 * @param run under way, or null
 * @param figures of normal operation, or null before they were first taken
 * @param figuresAt when they were taken, or null
 * @param intakeOwed a way back was broken off before all of the offered work was taken again: the
 *     next one goes on with that
 */
public record RestorationState(
    RestorationRun run, NodeFigures figures, Instant figuresAt, boolean intakeOwed)
    implements JournalEvent {
  /** First part of the persistence id of each node's way back; fixed for ever. */
  public static final String TYPE = "Restoration";

  private static final int ALL = 100;

  /** Before the first event. */
  public static RestorationState empty() {
    return new RestorationState(null, null, null, false);
  }

  /** The one that is under way. */
  public Optional<RestorationRun> underWay() {
    return Optional.ofNullable(run);
  }

  /** What the event makes of this; an event of a run that is over changes nothing. */
  public RestorationState after(RestorationEvent event) {
    if (event instanceof RestorationEvent.FiguresTaken taken) {
      return new RestorationState(run, taken.figures(), taken.meta().at(), intakeOwed);
    }
    if (event instanceof RestorationEvent.RestorationBegun begun) {
      return with(RestorationRun.begin(begun));
    }
    if (event instanceof RestorationEvent.IntakeReleased) {
      return new RestorationState(run, figures, figuresAt, false);
    }
    if (run == null) {
      return this;
    }
    if (event instanceof RestorationEvent.PhasePassed passed) {
      return with(run.after(passed));
    }
    if (event instanceof RestorationEvent.PhaseFailed failed) {
      return with(run.after(failed));
    }
    if (event instanceof RestorationEvent.ModesRestored restored) {
      return with(run.after(restored));
    }
    if (event instanceof RestorationEvent.ActionsCompleted completed) {
      return with(run.after(completed));
    }
    if (event instanceof RestorationEvent.IntakeRaised raised) {
      return with(run.after(raised));
    }
    if (event instanceof RestorationEvent.Relapsed relapsed) {
      return with(run.after(relapsed));
    }
    return ended((RestorationEvent.RestorationEnded) event);
  }

  private RestorationState ended(RestorationEvent.RestorationEnded event) {
    boolean stopped = run.restored() && run.intakePercent() < ALL;
    boolean owed = event.brokenOff() && (stopped || intakeOwed);
    return new RestorationState(null, figures, figuresAt, owed);
  }

  private RestorationState with(RestorationRun now) {
    return new RestorationState(now, figures, figuresAt, intakeOwed);
  }
}
