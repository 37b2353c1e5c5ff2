package io.mainstay.persistence.restoration;

import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;

/** What happened on a node's way back. Names and fields only grow. */
public sealed interface RestorationEvent extends CausedEvent {
  /**
   * The grounds of these modes are settled; the way back begins.
   *
   * @param phases to go through, in order
   * @param gradual whether work is taken again step by step afterwards
   */
  record RestorationBegun(
      EventMeta meta,
      String restorationId,
      List<ModeName> modes,
      List<String> phases,
      boolean gradual)
      implements RestorationEvent {
    public RestorationBegun {
      modes = List.copyOf(modes);
      phases = List.copyOf(phases);
    }
  }

  /** All tests of a phase passed. */
  record PhasePassed(
      EventMeta meta, String restorationId, String phase, List<TestOutcome> tests, long millis)
      implements RestorationEvent {
    public PhasePassed {
      tests = List.copyOf(tests);
    }
  }

  /**
   * One did not, or the phase took too long: the modes hold on.
   *
   * @param tests that were run, the failed one last
   * @param againAt when all phases are gone through again
   */
  record PhaseFailed(
      EventMeta meta,
      String restorationId,
      String phase,
      List<TestOutcome> tests,
      String reason,
      Instant againAt)
      implements RestorationEvent {
    public PhaseFailed {
      tests = List.copyOf(tests);
    }
  }

  /**
   * The modes are left.
   *
   * @param heldMillis since the way back began
   * @param intakePercent of the offered work that is taken from here on
   * @param watchUntil until when the node is watched
   */
  record ModesRestored(
      EventMeta meta,
      String restorationId,
      List<ModeName> modes,
      long heldMillis,
      int intakePercent,
      Instant watchUntil)
      implements RestorationEvent {
    public ModesRestored {
      modes = List.copyOf(modes);
    }
  }

  /**
   * The actions that complete the way back: first those before this was written, then all of them.
   *
   * @param actions in their order, with what was seen of each
   */
  record ActionsCompleted(EventMeta meta, String restorationId, List<TestOutcome> actions)
      implements RestorationEvent {
    public ActionsCompleted {
      actions = List.copyOf(actions);
    }
  }

  /** More of the offered work is taken. */
  record IntakeRaised(EventMeta meta, String restorationId, int percent)
      implements RestorationEvent {}

  /**
   * A check failed while the node was watched: it is in its modes again.
   *
   * @param againAt when all phases are gone through again
   */
  record Relapsed(EventMeta meta, String restorationId, String reason, Instant againAt)
      implements RestorationEvent {}

  /**
   * The way back is over.
   *
   * @param outcome {@code full_function}, or why it was given up: {@code cleared} by a person,
   *     {@link #GROUND_CAME_BACK}, {@link #SUPERSEDED} by one with more modes
   */
  record RestorationEnded(EventMeta meta, String restorationId, String outcome, String reason)
      implements RestorationEvent {
    /** Outcome: why a mode was entered is there again. */
    public static final String GROUND_CAME_BACK = "ground_came_back";

    /** Outcome: another way back with more modes goes on in its place. */
    public static final String SUPERSEDED = "superseded";

    /** Whether it ended before it came to anything. */
    boolean brokenOff() {
      return outcome.equals(SUPERSEDED) || outcome.equals(GROUND_CAME_BACK);
    }
  }

  /** The node measured itself in normal operation. */
  record FiguresTaken(EventMeta meta, NodeFigures figures) implements RestorationEvent {}

  /** A person cleared what had come back: what a way back still owed of the intake is given. */
  record IntakeReleased(EventMeta meta) implements RestorationEvent {}
}
