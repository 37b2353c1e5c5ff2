package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointVerdictTest {
  private static final SessionWork.Checkpoint FOUR = new SessionWork.Checkpoint(4, "four");
  private static final SessionWork.Checkpoint EIGHT = new SessionWork.Checkpoint(8, "eight");

  private static final SessionArtifacts.Batch RIGHT = batch(EIGHT, Optional.of(EIGHT));
  private static final SessionArtifacts.Batch REWINDS = batch(EIGHT, Optional.of(FOUR));
  private static final SessionArtifacts.Batch LOST = batch(EIGHT, Optional.empty());
  private static final SessionArtifacts.Batch FROM_BEGINNING = batch(null, Optional.empty());

  @Test
  void sessions_goOnFromCheckpoints_ifOneThatIsNotOverHasOne() {
    assertTrue(noCheckpoint().isEmpty(), "there is nothing to go on with");
    assertTrue(noCheckpoint(open(RIGHT)).isEmpty());
    assertTrue(noCheckpoint(open(REWINDS)).isEmpty());
    assertTrue(noCheckpoint(open(LOST), open(LOST, RIGHT)).isEmpty());
    assertEquals("no_valid_checkpoints_available", code(noCheckpoint(open(LOST))));
    assertEquals("no_valid_checkpoints_available", code(noCheckpoint(open(FROM_BEGINNING))));
    assertEquals("no_valid_checkpoints_available", code(noCheckpoint(open())));
    assertEquals("no_valid_checkpoints_available", code(noCheckpoint(over(RIGHT))));
  }

  @Test
  void sessions_areConsistent_ifEachThatIsNotOverGoesOnFromWhatCanBeRead() {
    assertTrue(inconsistent().isEmpty());
    assertTrue(inconsistent(open(RIGHT), open(FROM_BEGINNING), over(LOST)).isEmpty());
    assertEquals("session_state_inconsistent", code(inconsistent(open(RIGHT), open(REWINDS))));
    assertEquals("session_state_inconsistent", code(inconsistent(open(LOST))));
    SessionArtifacts damaged =
        new SessionArtifacts("S", false, 1, List.of("input a"), List.of(RIGHT));
    Optional<RecoveryStepOutcome> found = inconsistent(open(RIGHT), damaged);
    assertEquals(Optional.of(new Failed("session_state_inconsistent", damaged.text())), found);
  }

  @Test
  void severalSessions_comeToWhatTheFirstThatFailedSays_elseToAll() {
    RecoveryStepOutcome failed = new Failed("first", "why");
    assertEquals(
        failed,
        SessionReconstructionActions.together(
            List.of(new Done("a"), failed, new Failed("second", "why")), true));
    assertEquals(
        new Done("a; b", true, ""),
        SessionReconstructionActions.together(List.of(new Done("a"), new Done("b")), true));
    assertEquals(
        new Done("no session is open", false, ""),
        SessionReconstructionActions.together(List.of(), false));
  }

  private static Optional<RecoveryStepOutcome> noCheckpoint(SessionArtifacts... found) {
    return CheckpointVerdict.noCheckpoint(List.of(found));
  }

  private static Optional<RecoveryStepOutcome> inconsistent(SessionArtifacts... found) {
    return CheckpointVerdict.inconsistent(List.of(found));
  }

  private static String code(Optional<RecoveryStepOutcome> outcome) {
    return ((Failed) outcome.orElseThrow()).code();
  }

  private static SessionArtifacts open(SessionArtifacts.Batch... batches) {
    return new SessionArtifacts("S", false, 0, List.of(), List.of(batches));
  }

  private static SessionArtifacts over(SessionArtifacts.Batch... batches) {
    return new SessionArtifacts("S", true, 0, List.of(), List.of(batches));
  }

  private static SessionArtifacts.Batch batch(
      SessionWork.Checkpoint goesOnFrom, Optional<SessionWork.Checkpoint> usable) {
    return new SessionArtifacts.Batch(new DocumentRange(0, 1), goesOnFrom, usable, List.of());
  }
}
