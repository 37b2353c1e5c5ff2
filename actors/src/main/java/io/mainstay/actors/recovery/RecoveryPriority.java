package io.mainstay.actors.recovery;

/** How urgent a recovery is, and with it the directive for the child that failed. */
public enum RecoveryPriority {
  /** Stop the subtree; start clean once the domain's check passes. */
  STOP_AND_START_CLEAN(1, "stop"),
  /** Restart: the first time at once, then with backoff; siblings keep running. */
  RESTART(2, "restart"),
  /** Restart, children kept; the domain reduces load. */
  RESTART_KEEPING_CHILDREN(3, "restart-keeping-children"),
  /** Resume; counted; repaired in the background. */
  RESUME(4, "resume");

  private final int number;
  private final String directive;

  RecoveryPriority(int number, String directive) {
    this.number = number;
    this.directive = directive;
  }

  /** 1 (most urgent) to 4. */
  public int number() {
    return number;
  }

  /** Name of the supervisor directive, as journaled. */
  public String directive() {
    return directive;
  }

  static RecoveryPriority of(int number) {
    for (RecoveryPriority priority : values()) {
      if (priority.number == number) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        "recovery-priority " + number + " is none; it goes from 1 to 4");
  }
}
