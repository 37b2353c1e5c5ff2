package io.mainstay.actors.recovery;

/** What a boundary rethrows, so that each recovery priority meets its own supervisor strategy. */
abstract sealed class PriorityFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private PriorityFailure(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }

  /**
   * @param first whether the child has not failed in the period before
   */
  static PriorityFailure of(RecoveryPriority priority, boolean first, RuntimeException cause) {
    return switch (priority) {
      case STOP_AND_START_CLEAN -> new Stop(cause);
      case RESTART, RESUME -> first ? new RestartAtOnce(cause) : new Restart(cause);
      case RESTART_KEEPING_CHILDREN -> new KeepChildren(cause);
    };
  }

  static final class Stop extends PriorityFailure {
    private static final long serialVersionUID = 1L;

    private Stop(RuntimeException cause) {
      super(cause);
    }
  }

  static final class Restart extends PriorityFailure {
    private static final long serialVersionUID = 1L;

    private Restart(RuntimeException cause) {
      super(cause);
    }
  }

  static final class RestartAtOnce extends PriorityFailure {
    private static final long serialVersionUID = 1L;

    private RestartAtOnce(RuntimeException cause) {
      super(cause);
    }
  }

  static final class KeepChildren extends PriorityFailure {
    private static final long serialVersionUID = 1L;

    private KeepChildren(RuntimeException cause) {
      super(cause);
    }
  }
}
