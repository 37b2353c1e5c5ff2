package io.mainstay.actors.consistency.check;

import java.util.Locale;

/** How a divergence is made good. Each belongs to one of the three repairs of the requirements. */
public enum RepairAction {
  /** The ledger takes the owner's bytes; 0 releases the reservation. */
  CORRECT_LEDGER(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The ledger takes the device's budget, or is opened. */
  REGISTER_DEVICE(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The device says again, to all that keep copies, who serves with which models. */
  REPUBLISH_DEVICE(RepairScope.SYNCHRONIZE_STATE_CACHES),
  /** The turn is given back. */
  RELEASE_TURN(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The heap that an ended runner had is given back. */
  RELEASE_HEAP(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** Spans of the arena that no call holds are given back. */
  RECLAIM_LEASES(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The worker is ended, and its slot starts a successor. */
  REPLACE_WORKER(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The process and its group are killed. */
  KILL_PROCESS(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The file is deleted. */
  DELETE_FILE(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The registry reads the model's files anew. */
  VERIFY_MODEL(RepairScope.SYNCHRONIZE_STATE_CACHES),
  /** The session's entity is woken, and asks for a runner. */
  CONTINUE_SESSION(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The session is over here too. */
  CLOSE_SESSION(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The reservation of the device is given back. */
  GIVE_BACK_DEVICE(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The heap that a transaction had is given back. */
  FREE_HEAP(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The models are let go. */
  UNPIN(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The worker is told that the transaction is off. */
  ABORT_IN_WORKER(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The participant puts what it holds in place again, or has it released. */
  HOLD_AGAIN(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS),
  /** The slot's books take the worker's account; what then is missing is loaded again. */
  TAKE_ACCOUNT(RepairScope.SYNCHRONIZE_STATE_CACHES),
  /** The transaction's coordinator is woken, or goes on as after a restart. */
  WAKE_TRANSACTION(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The participant asks what became of the transaction, and does that. */
  SETTLE_HOLDING(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The participant prepares and commits again; if it cannot, all release the transaction. */
  PREPARE_AGAIN(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The transaction cannot stand, or nobody needs it: all who take part give back. */
  RELEASE_TRANSACTION(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The saga is woken, or goes on as after a restart: it takes back what it did. */
  REDRIVE_SAGA(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** The device may be loaded onto again. */
  FREE_LEASE(RepairScope.VALIDATE_TRANSACTION_COMPLETENESS),
  /** Nothing can be done without a person. */
  NONE(RepairScope.RECONCILE_RESOURCE_ALLOCATIONS);

  private final RepairScope scope;

  RepairAction(RepairScope scope) {
    this.scope = scope;
  }

  /** Such as {@code correct_ledger}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Which of the three repairs it is a part of. */
  public RepairScope scope() {
    return scope;
  }
}
