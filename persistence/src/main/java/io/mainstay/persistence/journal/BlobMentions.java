package io.mainstay.persistence.journal;

import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.review.ReviewEvent;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which blobs must be there according to the events. An unfinished session needs its inputs,
 * results and the last checkpoint of each pending batch, a completed one its outputs, a dead letter
 * its document until it is purged, a review its picture until it is decided; what a finished
 * session does not need any more may have been collected.
 */
final class BlobMentions {
  /** A blob, and the event that names it. */
  record Mention(String persistenceId, long sequenceNr, String sha256) {}

  private final Map<String, List<Mention>> byOwner = new HashMap<>();
  // By session, then by the first document of the batch.
  private final Map<String, Map<Integer, Mention>> checkpoints = new HashMap<>();

  void add(String persistenceId, long sequenceNr, CausedEvent event) {
    if (event instanceof SessionEvent.WorkflowAccepted accepted) {
      for (BlobRef input : accepted.inputs()) {
        mention(persistenceId, persistenceId, sequenceNr, input.sha256());
      }
    } else if (event instanceof SessionEvent.BatchCompleted completed) {
      forgetCheckpoint(persistenceId, completed.range().from());
      mention(persistenceId, persistenceId, sequenceNr, completed.resultSha256());
    } else if (event instanceof SessionEvent.BatchCheckpointed checkpointed) {
      checkpoints
          .computeIfAbsent(persistenceId, unused -> new HashMap<>())
          .put(
              checkpointed.range().from(),
              new Mention(persistenceId, sequenceNr, checkpointed.sha256()));
    } else if (event instanceof SessionEvent.BatchReplanned replanned) {
      forgetCheckpoint(persistenceId, replanned.range().from());
    } else if (event instanceof SessionEvent.DocumentPoisoned poisoned) {
      forgetCheckpoint(persistenceId, poisoned.index());
    } else if (event instanceof SessionEvent.OutputsWritten written) {
      forget(persistenceId);
      for (BlobRef output : written.outputs()) {
        mention(persistenceId, persistenceId, sequenceNr, output.sha256());
      }
    } else if (event instanceof SessionEvent.WorkflowFailed
        || event instanceof SessionEvent.WorkflowCancelled) {
      forget(persistenceId);
    } else if (event instanceof DeadLetterEvent.DeadLetterStored stored) {
      mention(owner(stored), persistenceId, sequenceNr, stored.documentSha256());
    } else if (event instanceof DeadLetterEvent.DeadLetterPurged purged) {
      byOwner.remove(owner(purged));
    } else if (event instanceof ReviewEvent.ReviewOpened opened) {
      mention(owner(opened), persistenceId, sequenceNr, opened.pictureSha256());
    } else if (event instanceof ReviewEvent.ReviewDecided decided) {
      byOwner.remove(owner(decided));
    }
  }

  List<Mention> needed() {
    List<Mention> all = new ArrayList<>();
    byOwner.values().forEach(all::addAll);
    checkpoints.values().forEach(batches -> all.addAll(batches.values()));
    return all;
  }

  private void forget(String persistenceId) {
    byOwner.remove(persistenceId);
    checkpoints.remove(persistenceId);
  }

  private void forgetCheckpoint(String persistenceId, int from) {
    Map<Integer, Mention> ofSession = checkpoints.get(persistenceId);
    if (ofSession != null) {
      ofSession.remove(from);
    }
  }

  private static String owner(DeadLetterEvent event) {
    return "letter " + event.letterId();
  }

  private static String owner(ReviewEvent event) {
    return "review " + event.reviewId();
  }

  private void mention(String owner, String persistenceId, long sequenceNr, String sha256) {
    byOwner
        .computeIfAbsent(owner, unused -> new ArrayList<>())
        .add(new Mention(persistenceId, sequenceNr, sha256));
  }
}
