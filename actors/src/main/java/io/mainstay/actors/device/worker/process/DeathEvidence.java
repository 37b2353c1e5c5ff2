package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;

/**
 * What is known once a worker process has ended.
 *
 * @param who device, epoch and pid, for the text
 * @param status as Java reports it, 128 + signal when a signal ended it; {@link #UNREAPED} if the
 *     process would not go
 * @param saidHello whether it ever was up
 * @param drainAsked whether we asked it to leave
 * @param oomKilled whether the kernel's out-of-memory killer acted since the last sign of life
 * @param order our own kill, or null
 * @param streamFault what was wrong with the bytes at the end of stdout, or empty
 * @param lastWords the worker's own last fault, or its last stderr line, or empty
 * @param lastFrame name of the last frame, or empty
 */
record DeathEvidence(
    String who,
    int status,
    boolean saidHello,
    boolean drainAsked,
    boolean oomKilled,
    KillOrder order,
    String streamFault,
    String lastWords,
    String lastFrame) {
  /** Stands for an exit status that nobody could fetch. */
  static final int UNREAPED = -1;

  /** Our own decision to end a worker. */
  record KillOrder(DeathCause cause, String detail) {}
}
