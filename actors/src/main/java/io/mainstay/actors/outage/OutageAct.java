package io.mainstay.actors.outage;

import io.mainstay.actors.model.report.Reconciled.Difference;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;

/**
 * What is done once the journal has the step's event. Data, so that what waits outlives a restart
 * of the keeper; each may come twice.
 */
sealed interface OutageAct {
  /** The event was all. */
  record Nothing() implements OutageAct {}

  record Freeze(Duration longest, String reason) implements OutageAct {}

  record Thaw(boolean failover, String reason) implements OutageAct {}

  record Reconnect() implements OutageAct {}

  /** The look of the comparison of that number. */
  record Look(long number) implements OutageAct {}

  /** Its repair. */
  record Repair(long number) implements OutageAct {}

  /**
   * Its end.
   *
   * @param told what dependents are told of
   */
  record EndComparison(boolean agree, List<Difference> told, EventMeta after) implements OutageAct {
    public EndComparison {
      told = List.copyOf(told);
    }
  }

  record TellDisagreement(List<String> remaining, EventMeta after) implements OutageAct {
    public TellDisagreement {
      remaining = List.copyOf(remaining);
    }
  }

  /** The move of that number begins, and people are told. */
  record Move(long number) implements OutageAct {}

  /** It is over, with what could not be moved. */
  record TellMoved(List<String> notMoved, EventMeta after) implements OutageAct {
    public TellMoved {
      notMoved = List.copyOf(notMoved);
    }
  }

  /**
   * The device serves again.
   *
   * @param after null where no event was before it
   * @param returned it was given up
   */
  record TellServes(EventMeta after, boolean returned) implements OutageAct {}
}
