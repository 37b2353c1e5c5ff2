package io.mainstay.actors.processing;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.checkpoint.CheckpointChain;
import io.mainstay.persistence.checkpoint.CheckpointEncoder;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.SessionWork;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A batch that can be computed.
 *
 * @param program where it begins or goes on
 * @param recipe that made it
 * @param fingerprints of the turns that computed what it goes on from
 * @param from checkpoint that it goes on from, or null
 * @param step of that; 0 for the beginning
 * @param lost steps of checkpoints that were tried before, and are no use
 * @param unusable why, or empty
 */
record BatchStart(
    BatchProgram program,
    Recipe recipe,
    List<String> fingerprints,
    CheckpointEncoder from,
    int step,
    List<Integer> lost,
    String unusable) {

  /** Goes on from the first checkpoint that can be used, or begins. Blocks. */
  static BatchStart of(Recipe recipe, ArtifactStore artifacts, SessionWork.Pending batch) {
    List<Integer> lost = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (SessionWork.Checkpoint checkpoint :
        Stream.concat(Stream.ofNullable(batch.checkpoint()), batch.others().stream()).toList()) {
      try {
        CheckpointChain chain =
            CheckpointChain.read(sha256 -> bytes(artifacts, sha256), checkpoint.sha256());
        BatchProgram program = recipe.resume(batch.range(), chain.state());
        return new BatchStart(
            program,
            recipe,
            chain.top().fingerprints(),
            new CheckpointEncoder(checkpoint.sha256(), chain.state(), chain.sha256s()),
            checkpoint.step(),
            lost,
            String.join("; ", reasons));
      } catch (UnusableCheckpointException refused) {
        lost.add(checkpoint.step());
        reasons.add("step " + checkpoint.step() + ": " + refused.getMessage());
      }
    }
    return new BatchStart(
        recipe.begin(batch.range()), recipe, List.of(), null, 0, lost, String.join("; ", reasons));
  }

  private static byte[] bytes(ArtifactStore artifacts, String sha256) throws IOException {
    try (InputStream in = artifacts.open(sha256)) {
      return in.readAllBytes();
    }
  }
}
