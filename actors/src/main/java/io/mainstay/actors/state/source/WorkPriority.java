package io.mainstay.actors.state.source;

import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.state.StatePriority;

/** The class of a session's work, as the weight of what is told of it. Pure. */
public final class WorkPriority {
  private WorkPriority() {}

  /** Interactive work is high, never critical: that is for devices. */
  public static StatePriority of(WorkClass workClass) {
    return switch (workClass) {
      case INTERACTIVE -> StatePriority.HIGH;
      case STANDARD -> StatePriority.NORMAL;
      case BATCH -> StatePriority.LOW;
    };
  }
}
