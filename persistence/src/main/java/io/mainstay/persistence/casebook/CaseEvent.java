package io.mainstay.persistence.casebook;

import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;

/**
 * What happened to an error that is not over yet. A case is one error of the catalog at one place.
 * Names and fields only grow.
 */
public sealed interface CaseEvent extends CausedEvent {
  /** Name of the error in the catalog. */
  String code();

  /** What the fault is about. */
  String component();

  /**
   * From here on it is a case; said again by a later fault, the case is what that one says.
   *
   * @param severity in its context
   * @param raised the fault
   * @param decided how far it was escalated: the cause of what is done about it
   * @param manualGate before_recovery, after_recovery or none
   * @param protection whether the node is to protect itself unless it heals
   * @param held nothing is recovered before a person agrees
   */
  record CaseOpened(
      EventMeta meta,
      String code,
      String component,
      String blame,
      String severity,
      String evidence,
      EventMeta raised,
      EventMeta decided,
      String manualGate,
      boolean protection,
      boolean held)
      implements CaseEvent {}

  /**
   * A recovery of it failed, and is tried again after a pause.
   *
   * @param kind cascade or strategy
   * @param recovery name in its catalog
   * @param retry from 1
   * @param retriesMost so many are tried
   * @param failedRecoveryId the one that failed
   * @param nextRecoveryId what the next one is to be called: begun twice it is still one
   */
  record RetryPlanned(
      EventMeta meta,
      String code,
      String component,
      String kind,
      String recovery,
      int retry,
      int retriesMost,
      long pauseMillis,
      Instant dueAt,
      String failedRecoveryId,
      String nextRecoveryId)
      implements CaseEvent {}

  /**
   * A recovery of it failed, and is not tried again.
   *
   * @param retries that were tried
   * @param reason why it failed, or why it is not tried again
   */
  record RecoveryGivenUp(
      EventMeta meta,
      String code,
      String component,
      String kind,
      String recovery,
      int retries,
      String failedRecoveryId,
      String reason)
      implements CaseEvent {}

  /** A recovery of it succeeded after all. */
  record RetrySucceeded(
      EventMeta meta, String code, String component, String recovery, String recoveryId)
      implements CaseEvent {}

  /** A person agreed: it is recovered now. */
  record CaseReleased(EventMeta meta, String code, String component) implements CaseEvent {}

  /**
   * From here on these modes hold because of it.
   *
   * @param untilQuiet errors came too often: only quiet ends it, not a recovery
   */
  record CaseProtected(
      EventMeta meta,
      String code,
      String component,
      List<ModeName> modes,
      boolean untilQuiet,
      String reason)
      implements CaseEvent {
    public CaseProtected {
      modes = List.copyOf(modes);
    }
  }

  /** It is over as far as the node sees; its modes wait for a person, if they do. */
  record CaseHealed(EventMeta meta, String code, String component, String evidence)
      implements CaseEvent {}

  /**
   * It is over; its modes have no ground of it any more.
   *
   * @param outcome recovered, healed, acknowledged or given_up
   */
  record CaseClosed(EventMeta meta, String code, String component, String outcome, String reason)
      implements CaseEvent {}
}
