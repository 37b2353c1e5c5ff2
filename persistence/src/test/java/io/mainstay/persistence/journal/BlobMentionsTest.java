package io.mainstay.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.review.ReviewDecision;
import io.mainstay.persistence.review.ReviewEvent;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is needed until something supersedes or ends it, and not longer. */
class BlobMentionsTest {
  private static final DocumentRange WHOLE = new DocumentRange(0, 2);
  private static final DocumentRange OTHER = new DocumentRange(2, 4);

  private final EventStamper stamper = EventStamper.system();
  private final BlobMentions mentions = new BlobMentions();
  private long sequenceNr;

  @BeforeEach
  void checkpoints() {
    add("s1", checkpoint(WHOLE, 10, "w10"));
    add("s1", checkpoint(OTHER, 5, "o5"));
    add("s2", checkpoint(WHOLE, 10, "x10"));
  }

  @Test
  void checkpoint_supersededByAnother_isNotNeeded() {
    add("s1", checkpoint(WHOLE, 20, "w20"));
    assertNeeded("w20", "o5", "x10");
  }

  @Test
  void checkpoint_needsAllThatItIsTheDifferenceTo_alsoWhenGoneBackTo() {
    add("s1", checkpoint(WHOLE, 20, "w20", "w10"));
    add("s1", checkpoint(WHOLE, 30, "w30", "w20"));
    assertNeeded("w10", "w20", "w30", "o5", "x10");
    add("s1", new SessionEvent.CheckpointRestored(meta(), WHOLE, 20, "w20", List.of(30), "x"));
    assertNeeded("w10", "w20", "o5", "x10");
    add("s1", new SessionEvent.CheckpointRestored(meta(), WHOLE, 0, "", List.of(20), "x"));
    assertNeeded("o5", "x10");
  }

  @Test
  void checkpoint_ofABatchWithAResult_isNotNeeded() {
    add("s1", new SessionEvent.BatchCompleted(meta(), WHOLE, "result", "fp", "cpu-0", 1, 1));
    assertNeeded("result", "o5", "x10");
  }

  @Test
  void checkpoint_ofASplitBatch_isNotNeeded() {
    add("s1", new SessionEvent.BatchReplanned(meta(), WHOLE, WHOLE.left(), WHOLE.right()));
    assertNeeded("o5", "x10");
    add("s1", checkpoint(WHOLE.right(), 3, "r3"));
    add("s1", new SessionEvent.DocumentPoisoned(meta(), 1, 3, "x"));
    assertNeeded("o5", "x10");
  }

  @Test
  void checkpoints_ofAnEndedSession_areNotNeeded() {
    add("s1", new SessionEvent.WorkflowCancelled(meta(), "enough"));
    assertNeeded("x10");
    add("s2", new SessionEvent.WorkflowFailed(meta(), "c", "m", "r"));
    assertNeeded();
  }

  @Test
  void picture_underReview_isNeededUntilItIsDecided() {
    add(
        "q",
        new ReviewEvent.ReviewOpened(
            meta(), "r1", "s9", 0, ReviewVerdict.FLAGGED, List.of(), 1, 4, "v1", "png", 9, ""));
    assertNeeded("w10", "o5", "x10", "png");
    add("q", new ReviewEvent.ReviewDecided(meta(), "r1", ReviewDecision.REJECTED, "me", ""));
    assertNeeded("w10", "o5", "x10");
  }

  private void assertNeeded(String... sha256s) {
    assertEquals(
        Set.of(sha256s),
        mentions.needed().stream().map(BlobMentions.Mention::sha256).collect(Collectors.toSet()));
  }

  private SessionEvent checkpoint(DocumentRange range, int step, String sha256) {
    return checkpoint(range, step, sha256, "");
  }

  private SessionEvent checkpoint(DocumentRange range, int step, String sha256, String base) {
    return new SessionEvent.BatchCheckpointed(meta(), range, step, sha256, 1, base, 1, 1, 1);
  }

  private void add(String persistenceId, CausedEvent event) {
    mentions.add(persistenceId, ++sequenceNr, event);
  }

  private EventMeta meta() {
    return stamper.root();
  }
}
