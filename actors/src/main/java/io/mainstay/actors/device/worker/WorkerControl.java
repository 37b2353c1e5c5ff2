package io.mainstay.actors.device.worker;

import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One incarnation of a worker as its slot sees it: all of {@link WorkerPort}, and the rights of an
 * owner. Thread-safe; no method blocks. All methods may be called at any time, also before hello
 * and after death, and then do nothing or answer {@link CallOutcome.WorkerLost}.
 */
public interface WorkerControl extends WorkerPort, AutoCloseable {
  /**
   * Sends a ping; the answer is {@link WorkerListener#onPong}.
   *
   * @param sequence counts up by one
   * @return false when it was not sent: before hello, after death, or because the worker has not
   *     read its stdin for so long that the outbound queue is full
   */
  boolean ping(long sequence);

  /**
   * Ends the process at once, with its descendants. The first cause given wins; a process that died
   * before keeps its own cause.
   *
   * @param cause why, as it shall stand in the report
   * @param detail one line for people
   */
  void kill(DeathReport.DeathCause cause, String detail);

  /**
   * Asks the worker to finish what it has and to leave; killed if it is still there after the
   * deadline and a grace of 500 ms. Ends with {@link WorkerListener#onDeath}, cause STOPPED.
   */
  void drain(Duration deadline);

  /**
   * Arms a failure; needs {@link WorkerSpec#faultInjection()}.
   *
   * @param argument nanoseconds for SLOW, else 0
   * @param marker when not empty, fire on NEXT_INFERENCE only if an input contains these bytes
   * @param onArmed answered before the fault can fire
   */
  long armFault(
      InjectedFault fault,
      InjectionTrigger trigger,
      long argument,
      byte[] marker,
      Consumer<CallOutcome<Void>> onArmed);

  /**
   * Whether the worker had nothing but itself to blame for being silent since the last call of this
   * method: all that it was sent is written, all that it wrote is handled, and its I/O thread
   * neither ran nor waited for a CPU. A thread that does not get to run is starved, not hung. Asked
   * once a beat by one thread.
   */
  boolean silenceIsItsOwn();

  /** Process id, 0 before the process exists. */
  long pid();

  /** Calls sent and not answered. */
  int pendingCalls();

  /** How its arena is used now. */
  default ArenaUse arenaUse() {
    return ArenaUse.NONE;
  }

  /**
   * Takes back the spans that no call holds, provided that no call is open and none was begun since
   * {@link ArenaUse#leasesTaken} was this.
   *
   * @return how many
   */
  default int reclaimLeases(long leasesTaken) {
    return 0;
  }

  /**
   * Takes a span that nobody gives back; needs {@link WorkerSpec#faultInjection()}.
   *
   * @return false if there is no room
   */
  default boolean loseLease(long bytes) {
    return false;
  }

  /** Completes after {@link WorkerListener#onDeath}, when the arena has been given up as well. */
  CompletionStage<DeathReport> terminated();

  /** Same as {@code kill(STOPPED, "closed by its owner")}. */
  @Override
  void close();
}
