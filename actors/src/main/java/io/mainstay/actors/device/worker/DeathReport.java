package io.mainstay.actors.device.worker;

import java.util.List;

/**
 * Why and how a worker ended, as far as the host can tell.
 *
 * @param epoch of the worker that died
 * @param pid its process id, 0 if it never had one
 * @param cause typed cause
 * @param exitCode exit status, or -1 when a signal ended it or it is unknown
 * @param signal number of the signal that ended it, or 0
 * @param noticedBy what told us first
 * @param noticedAtNanos {@link System#nanoTime()} when it was noticed
 * @param lastFrame name of the last frame received, or empty
 * @param stderrTail last lines the worker logged
 * @param detail one line for people
 */
public record DeathReport(
    long epoch,
    long pid,
    DeathCause cause,
    int exitCode,
    int signal,
    NoticedBy noticedBy,
    long noticedAtNanos,
    String lastFrame,
    List<String> stderrTail,
    String detail) {
  public DeathReport {
    stderrTail = List.copyOf(stderrTail);
  }

  /** What told the host first. */
  public enum NoticedBy {
    PROCESS_EXIT,
    END_OF_STDOUT,
    MISSED_BEATS,
    STALLED_PROGRESS,
    HELLO_OVERDUE,
    PROTOCOL,
    LAUNCH_FAILURE,
    OWN_DECISION
  }

  /** Typed cause of a worker's end. */
  public enum DeathCause {
    /** The host drained or closed it. */
    STOPPED,
    /** Left by itself with a known exit status. */
    EXITED,
    /** Ended by SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGABRT. */
    CRASHED,
    /** Ended by SIGKILL that was not ours and not for memory. */
    KILLED,
    /** Ended for memory: exit status 15, or the kernel's out-of-memory killer. */
    OUT_OF_MEMORY,
    /** Killed by us: its I/O thread stopped answering. */
    UNRESPONSIVE,
    /** Killed by us: its compute loop stopped advancing. */
    WEDGED,
    /** Killed by us: its frames were garbled or of a wrong epoch. */
    PROTOCOL_ERROR,
    /** Another major protocol version. */
    INCOMPATIBLE,
    /** No hello in time. */
    NO_HELLO,
    /** Could not be started at all: binary missing, not executable, arena impossible. */
    NOT_STARTED
  }
}
