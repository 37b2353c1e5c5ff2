package io.mainstay.protocol;

/**
 * Whose fault a fault is. Only the last three count against health, breakers and restart budgets.
 */
public enum WorkerBlame {
  CLIENT,
  REQUEST,
  WORKER,
  DEVICE,
  INFRASTRUCTURE;

  /**
   * True when the host's supervision may hold it against the worker, its device or what carries
   * them.
   */
  public boolean countsAgainstHealth() {
    return this == WORKER || this == DEVICE || this == INFRASTRUCTURE;
  }
}
