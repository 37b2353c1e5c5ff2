package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/**
 * What becomes of work that cannot go on as it is, by the seeds' four ways. Pure. Asked where the
 * work is: for a device that gets none ({@code inference.DeviceHandoff}), for accepted sessions
 * ({@code processing.SessionHandoff}), for what is offered ({@code processing.HeapAdmission}).
 * Accepted work waits, as long as whoever submitted it said that it may.
 */
public enum Handoff implements CatalogName {
  /** It goes on elsewhere. */
  OPERATION_MIGRATION,
  /** Less of it is done, and the receipt says so. */
  OPERATION_SIMPLIFICATION,
  /** It is written down, and goes on when there is room. */
  OPERATION_DEFERRAL,
  /** It is refused or ended, and nothing of it stays behind. */
  OPERATION_CANCELLATION;

  /** Why it cannot go on as it is. */
  public enum Trigger implements CatalogName {
    DOMAIN_RESOURCE_EXHAUSTION,
    DOMAIN_FAILURE_DETECTION,
    PERFORMANCE_THRESHOLD_BREACH
  }

  /**
   * What there is to choose from.
   *
   * @param elsewhere whether something that is healthy can do it
   * @param simpler whether less of it would do, and it is not planned in full yet
   * @param waits whether it is durable, and has time left
   */
  public record Situation(boolean elsewhere, boolean simpler, boolean waits) {}

  /**
   * The first way that is open: what failed is left, what is short or slow is asked for less; then
   * waiting, for what can wait.
   */
  public static Handoff decide(Trigger trigger, Situation now) {
    boolean failed = trigger == Trigger.DOMAIN_FAILURE_DETECTION;
    if (failed && now.elsewhere()) {
      return OPERATION_MIGRATION;
    }
    if (now.simpler()) {
      return OPERATION_SIMPLIFICATION;
    }
    if (now.elsewhere()) {
      return OPERATION_MIGRATION;
    }
    return now.waits() ? OPERATION_DEFERRAL : OPERATION_CANCELLATION;
  }
}
