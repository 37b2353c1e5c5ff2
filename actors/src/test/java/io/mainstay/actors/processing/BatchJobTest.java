package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchJobTest {
  private static final DocumentRange RANGE = new DocumentRange(4, 8);

  @Test
  void whoBeginsAnew_goesOnFromTheCheckpointThatTheJournalNamesNow() {
    SessionWork.Checkpoint early = new SessionWork.Checkpoint(3, "aa");
    SessionWork.Checkpoint late = new SessionWork.Checkpoint(6, "bb");
    BatchJob job = new BatchJob(new SessionWork.Pending(RANGE, 2, 1, early, List.of()));

    job.named(late);

    assertEquals(new SessionWork.Pending(RANGE, 2, 1, late, List.of(early)), job.origin());
    job.named(early);
    assertEquals(late, job.origin().checkpoint(), "the journal takes none that is not beyond it");
  }
}
