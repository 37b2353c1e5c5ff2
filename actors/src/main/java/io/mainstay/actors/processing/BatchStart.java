package io.mainstay.actors.processing;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.checkpoint.CheckpointBlob;
import io.mainstay.actors.processing.checkpoint.UnusableCheckpointException;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.session.SessionWork;
import java.util.List;

/**
 * A batch that can be computed.
 *
 * @param program where it begins or goes on
 * @param recipe that made it
 * @param fingerprints of the turns that computed what it goes on from
 * @param unusable why its checkpoint was no use, or empty
 */
record BatchStart(BatchProgram program, Recipe recipe, List<String> fingerprints, String unusable) {
  /** Goes on from the checkpoint, if there is one that can be used. Blocks. */
  static BatchStart of(Recipe recipe, ArtifactStore artifacts, SessionWork.Pending batch) {
    String unusable = "";
    if (batch.checkpoint() != null) {
      try {
        CheckpointBlob blob = BatchCheckpoints.read(artifacts, batch.checkpoint());
        return new BatchStart(
            recipe.resume(batch.range(), blob.program()), recipe, blob.fingerprints(), "");
      } catch (UnusableCheckpointException refused) {
        unusable = refused.getMessage();
      }
    }
    return new BatchStart(recipe.begin(batch.range()), recipe, List.of(), unusable);
  }
}
