package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import java.util.Map;

/**
 * From evidence to a typed cause and a line for people. Pure.
 *
 * @param cause typed
 * @param exitCode exit status, or -1 when a signal ended it or it is unknown
 * @param signal number, or 0
 * @param detail one line
 */
record DeathDiagnosis(DeathCause cause, int exitCode, int signal, String detail) {
  private static final int SIGNALLED = 128;
  private static final int SIGNAL_MAX = 64;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  /** Status of a process that SIGKILL ended, by whomever. */
  static final int SIGKILLED = SIGNALLED + SIGKILL;

  private static final Map<Integer, String> CRASHES =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 11, "SIGSEGV");

  static DeathDiagnosis of(DeathEvidence evidence) {
    int status = evidence.status();
    if (status == DeathEvidence.UNREAPED) {
      DeathCause cause =
          evidence.order() == null ? DeathCause.UNRESPONSIVE : evidence.order().cause();
      return new DeathDiagnosis(
          cause, -1, 0, text(evidence, "was killed and has not ended; the kernel still holds it"));
    }
    if (status > SIGNALLED && status <= SIGNALLED + SIGNAL_MAX) {
      return signalled(evidence, status - SIGNALLED);
    }
    return exited(evidence, status);
  }

  private static DeathDiagnosis signalled(DeathEvidence evidence, int signal) {
    if (CRASHES.containsKey(signal)) {
      return new DeathDiagnosis(
          DeathCause.CRASHED, -1, signal, text(evidence, "crashed with " + CRASHES.get(signal)));
    }
    if (signal == SIGKILL && evidence.order() != null) {
      return new DeathDiagnosis(
          evidence.order().cause(),
          -1,
          signal,
          text(evidence, "was killed by us: " + evidence.order().detail()));
    }
    if (signal == SIGKILL && evidence.oomKilled()) {
      return new DeathDiagnosis(
          DeathCause.OUT_OF_MEMORY,
          -1,
          signal,
          text(
              evidence,
              "was ended by the kernel's out-of-memory killer; give it a smaller budget or this"
                  + " machine more memory"));
    }
    String name =
        signal == SIGKILL ? "SIGKILL" : signal == SIGTERM ? "SIGTERM" : "signal " + signal;
    return new DeathDiagnosis(
        DeathCause.KILLED, -1, signal, text(evidence, "was ended by " + name + " from outside"));
  }

  private static DeathDiagnosis exited(DeathEvidence evidence, int status) {
    var known = WorkerExitStatus.of(status);
    DeathCause cause = known.map(WorkerExitStatus::cause).orElse(DeathCause.EXITED);
    String meaning = known.map(WorkerExitStatus::meaning).orElse("left");
    if (status == 0 && stopAsked(evidence)) {
      cause = DeathCause.STOPPED;
      meaning = "was asked to leave and did";
    } else if (evidence.order() != null && evidence.order().cause() == DeathCause.INCOMPATIBLE) {
      cause = DeathCause.INCOMPATIBLE;
      meaning = evidence.order().detail();
    } else if (!evidence.streamFault().isEmpty()) {
      cause = DeathCause.PROTOCOL_ERROR;
      meaning = "left broken bytes behind: " + evidence.streamFault();
    } else if (!evidence.saidHello() && cause == DeathCause.EXITED) {
      cause = DeathCause.NOT_STARTED;
      meaning = "left before its hello";
    }
    return new DeathDiagnosis(
        cause, status, 0, text(evidence, meaning + " (exit status " + status + ")"));
  }

  private static boolean stopAsked(DeathEvidence evidence) {
    return evidence.drainAsked()
        || (evidence.order() != null && evidence.order().cause() == DeathCause.STOPPED);
  }

  private static String text(DeathEvidence evidence, String what) {
    StringBuilder line =
        new StringBuilder("Worker ").append(evidence.who()).append(' ').append(what);
    if (!evidence.lastFrame().isEmpty()) {
      line.append("; last frame ").append(evidence.lastFrame());
    }
    if (!evidence.lastWords().isEmpty()) {
      line.append("; it said: ").append(evidence.lastWords());
    }
    return line.toString();
  }
}
