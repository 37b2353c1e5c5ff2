package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.failed;

import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Optional;

/** Why sessions cannot go on from their checkpoints, by what is left of them. Pure. */
final class CheckpointVerdict {
  private CheckpointVerdict() {}

  /** That is for sessions that go on, of which one at least has a checkpoint; or for none. */
  static Optional<RecoveryStepOutcome> noCheckpoint(List<SessionArtifacts> found) {
    boolean any =
        found.isEmpty()
            || found.stream().anyMatch(one -> !one.finished() && one.withCheckpoint() > 0);
    return any
        ? Optional.empty()
        : Optional.of(failed("no_valid_checkpoints_available", SessionArtifacts.text(found)));
  }

  /** One that goes on would do so from what cannot be read. */
  static Optional<RecoveryStepOutcome> inconsistent(List<SessionArtifacts> found) {
    List<SessionArtifacts> wrong =
        found.stream().filter(one -> !one.finished() && !one.isConsistent()).toList();
    return wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(failed("session_state_inconsistent", SessionArtifacts.text(wrong)));
  }
}
