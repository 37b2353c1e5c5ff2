package io.mainstay.actors.state.source;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.SafetyClassification;
import java.time.Duration;
import java.util.List;

/** Tells what postprocessing made of a batch of pictures: the worst of its verdicts. */
public final class VerdictTelling {
  private VerdictTelling() {}

  /**
   * The pictures of a batch are stored.
   *
   * @param safetyScore lowest of them, 0 to 1
   * @param rejected whether one of them is withheld
   * @param flagged what was found, in any of them
   * @param technicalQuality lowest, 0 to 10
   * @param visualQuality lowest, 0 to 10
   * @param effectiveness lowest gain of an upscaling, 0 to 10; 0 where nothing was upscaled
   * @param bytes of the files
   */
  public static void completed(
      ActorSystem<?> system,
      String requestId,
      double safetyScore,
      boolean rejected,
      List<String> flagged,
      double technicalQuality,
      double visualQuality,
      double effectiveness,
      String location,
      Duration took,
      long bytes) {
    SafetyClassification safety =
        rejected
            ? SafetyClassification.UNSAFE
            : flagged.isEmpty() ? SafetyClassification.SAFE : SafetyClassification.QUESTIONABLE;
    StateVoice.of(system)
        .sayBeside(
            new PostprocessingCompleted(
                requestId,
                new PostprocessingCompleted.FinalResults(
                    new PostprocessingCompleted.SafetyAnalysis(safetyScore, safety, flagged),
                    new PostprocessingCompleted.QualityAssessment(
                        technicalQuality, visualQuality, effectiveness)),
                location,
                new PostprocessingCompleted.ProcessingMetadata(took, bytes)));
  }
}
