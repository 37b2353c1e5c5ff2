package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Raises that a phase of memory recovery is over and did not free what it was to free: once for a
 * recovery, and never by a recovery from that very error, or it would lead to itself. The next
 * phase follows in any case. Which recoveries it was said of is of this life of the node, bounded.
 * Thread-safe.
 */
final class PhaseMisses {
  private static final int REMEMBERED_MAX = 256;

  private final FaultVoice voice;
  private final Set<String> said = new LinkedHashSet<>();

  PhaseMisses(FaultVoice voice) {
    this.voice = voice;
  }

  /** A step of a phase was done, or failed. */
  void look(Task task, CleanupPhase phase, double begun, double now) {
    miss(task, phase, begun, now)
        .filter(sign -> isFirst(task.recoveryId()))
        .ifPresent(sign -> voice.raise(task.subject(), sign, task.cause()));
  }

  /** The sign, if it was the phase's last step, and the phase missed its target. */
  static Optional<Recognised> miss(Task task, CleanupPhase phase, double begun, double now) {
    ErrorNames error = ErrorNames.PHASE_FAILURE_OR_CONTINUED_PRESSURE;
    boolean missed =
        isLast(task)
            && phase.judge(begun, now) == CleanupPhase.Verdict.DUE
            && !task.plan().error().equals(error.code());
    return missed
        ? Optional.of(
            Recognised.of(
                error,
                phase.text(begun, now)
                    + "; "
                    + task.plan().name()
                    + " for "
                    + task.plan().error()
                    + ", recovery "
                    + task.recoveryId()))
        : Optional.empty();
  }

  private static boolean isLast(Task task) {
    RecoveryPlan plan = task.plan();
    String phase = task.parameter(MemorySteps.PHASE);
    return plan.steps().stream()
        .filter(step -> step.number() == task.step().number() + 1)
        .noneMatch(next -> phase.equals(next.parameters().get(MemorySteps.PHASE)));
  }

  private boolean isFirst(String recoveryId) {
    synchronized (said) {
      if (!said.add(recoveryId)) {
        return false;
      }
      if (said.size() > REMEMBERED_MAX) {
        said.remove(said.iterator().next());
      }
      return true;
    }
  }
}
