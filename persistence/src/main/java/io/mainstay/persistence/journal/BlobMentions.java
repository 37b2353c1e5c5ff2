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
  private final Map<String, Map<Integer, Points>> checkpoints = new HashMap<>();

  /** The checkpoints of a batch, with what each is the difference to, and the last one's hash. */
  private static final class Points {
    private final Map<String, Mention> all = new HashMap<>();
    private final Map<String, String> bases = new HashMap<>();
    private String last = "";

    List<Mention> needed() {
      List<Mention> chain = new ArrayList<>();
      String sha256 = last;
      while (!sha256.isEmpty() && chain.size() <= all.size()) {
        Mention mention = all.get(sha256);
        if (mention != null) {
          chain.add(mention);
        }
        sha256 = bases.getOrDefault(sha256, "");
      }
      return chain;
    }
  }

  void add(String persistenceId, long sequenceNr, CausedEvent event) {
    if (event instanceof SessionEvent.WorkflowAccepted accepted) {
      for (BlobRef input : accepted.inputs()) {
        mention(persistenceId, persistenceId, sequenceNr, input.sha256());
      }
    } else if (event instanceof SessionEvent.BatchCompleted completed) {
      forgetCheckpoint(persistenceId, completed.range().from());
      mention(persistenceId, persistenceId, sequenceNr, completed.resultSha256());
    } else if (event instanceof SessionEvent.BatchCheckpointed checkpointed) {
      Points points = points(persistenceId, checkpointed.range().from());
      String sha256 = checkpointed.sha256();
      points.all.put(sha256, new Mention(persistenceId, sequenceNr, sha256));
      points.bases.put(sha256, checkpointed.baseSha256());
      points.last = sha256;
    } else if (event instanceof SessionEvent.CheckpointRestored restored) {
      Points points = points(persistenceId, restored.range().from());
      points.last = restored.sha256();
      points.all.putIfAbsent(
          restored.sha256(), new Mention(persistenceId, sequenceNr, restored.sha256()));
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
    checkpoints
        .values()
        .forEach(batches -> batches.values().forEach(points -> all.addAll(points.needed())));
    return all;
  }

  private void forget(String persistenceId) {
    byOwner.remove(persistenceId);
    checkpoints.remove(persistenceId);
  }

  private void forgetCheckpoint(String persistenceId, int from) {
    Map<Integer, Points> ofSession = checkpoints.get(persistenceId);
    if (ofSession != null) {
      ofSession.remove(from);
    }
  }

  private Points points(String persistenceId, int from) {
    return checkpoints
        .computeIfAbsent(persistenceId, unused -> new HashMap<>())
        .computeIfAbsent(from, unused -> new Points());
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
