package io.mainstay.actors.postprocessing.output;

import io.mainstay.persistence.session.SessionWork.Completed;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that the outputs of a session are made of, from the journal alone.
 *
 * @param manifest what is known before the files are written
 * @param completed batches with their results; sorted here by their documents
 * @param outputDirectory where to deliver, or empty for nowhere
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "orchestration",
    fields = "assembly")
public record OutputPlan(Manifest manifest, List<Completed> completed, String outputDirectory) {
  public OutputPlan {
    completed =
        completed.stream().sorted(Comparator.comparingInt(batch -> batch.range().from())).toList();
  }

  /**
   * Checks that each document is poisoned or has exactly one result.
   *
   * @throws IncompleteResultsException naming the first document for which that is not so
   */
  public void check() {
    int next = 0;
    for (Completed batch : completed) {
      next = skipPoisoned(next);
      if (batch.range().from() != next) {
        throw new IncompleteResultsException(
            "Session "
                + manifest.sessionId()
                + " has "
                + (batch.range().from() > next ? "no result" : "two results")
                + " for document "
                + Math.min(next, batch.range().from()));
      }
      next = batch.range().to();
      for (int index : manifest.poisoned()) {
        if (index >= batch.range().from() && index < next) {
          throw new IncompleteResultsException(
              "Session " + manifest.sessionId() + " has a result for poisoned document " + index);
        }
      }
    }
    next = skipPoisoned(next);
    if (next != manifest.documents()) {
      throw new IncompleteResultsException(
          "Session " + manifest.sessionId() + " has no result for document " + next);
    }
  }

  private int skipPoisoned(int from) {
    int next = from;
    while (manifest.poisoned().contains(next)) {
      next++;
    }
    return next;
  }
}
