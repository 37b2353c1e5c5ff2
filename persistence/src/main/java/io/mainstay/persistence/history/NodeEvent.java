package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** Life of a node. Names and fields only grow. */
public sealed interface NodeEvent extends CausedEvent {
  /** The node's process began; the first event of each life. */
  record NodeStarted(EventMeta meta, String version, long pid) implements NodeEvent {}

  /** It ended in an orderly way; a start without this before it follows a crash. */
  record NodeStopped(EventMeta meta, String reason) implements NodeEvent {}

  /** New work is refused. */
  record IntakePaused(EventMeta meta, String reason) implements NodeEvent {}

  /** New work is taken again. */
  record IntakeResumed(EventMeta meta, long pausedMillis) implements NodeEvent {}

  /**
   * A session rests on a device until a condition holds.
   *
   * @param reason such as {@code memory_pressure_detected}
   * @param resumeCondition such as {@code memory_usage_below_80_percent}
   * @param share of the device's memory that was taken, 0 to 1
   */
  record SessionPaused(
      EventMeta meta,
      String sessionId,
      String deviceId,
      String reason,
      String resumeCondition,
      double share)
      implements NodeEvent {}

  /**
   * It goes on there.
   *
   * @param reason such as {@code condition_holds} or {@code longest_pause}
   * @param share of the device's memory that was taken then, 0 to 1
   */
  record SessionResumed(
      EventMeta meta,
      String sessionId,
      String deviceId,
      String reason,
      double share,
      long pausedMillis)
      implements NodeEvent {}

  /**
   * One component is back after a start, or after all domains began anew. The steps of one recovery
   * lead to each other, the first to the node's start, in the order in which components lean on
   * each other.
   *
   * @param order from 1
   * @param component such as {@code device}
   * @param outcome recovered, or degraded: it was not whole in time
   * @param evidence what was found, for people
   * @param millis since the recovery began
   */
  record RecoveryStep(
      EventMeta meta, int order, String component, String outcome, String evidence, long millis)
      implements NodeEvent {}
}
