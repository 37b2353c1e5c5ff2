package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.List;

/**
 * Worker to orchestrator: verdicts and output of a pipeline.
 *
 * @param requestId the request
 * @param finalResults verdicts
 * @param outputLocation where the output is
 * @param processingMetadata what it took
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "execution",
    fields = "safety-checks",
    note =
        "pipelines run beside the device in the JVM, from what the worker computed; they count as"
            + " its side")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "quality_and_safety",
    fields = {"safety", "validation"})
public record PostprocessingCompleted(
    String requestId,
    FinalResults finalResults,
    String outputLocation,
    ProcessingMetadata processingMetadata)
    implements StateMessage {

  /**
   * Verdicts.
   *
   * @param safetyAnalysis of safety
   * @param qualityAssessment of quality
   */
  public record FinalResults(SafetyAnalysis safetyAnalysis, QualityAssessment qualityAssessment) {}

  /**
   * Verdict of safety.
   *
   * @param contentSafetyScore 0 to 1
   * @param safetyClassification the class
   * @param flaggedContent one line each, usually none
   */
  public record SafetyAnalysis(
      double contentSafetyScore,
      SafetyClassification safetyClassification,
      List<String> flaggedContent) {
    public SafetyAnalysis {
      flaggedContent = List.copyOf(flaggedContent);
    }
  }

  /**
   * Verdict of quality, 0 to 10.
   *
   * @param technicalQuality of the file
   * @param visualQuality of the picture
   * @param enhancementEffectiveness gain over the input
   */
  public record QualityAssessment(
      double technicalQuality, double visualQuality, double enhancementEffectiveness) {}

  /**
   * What a pipeline took.
   *
   * @param totalProcessingTime time computed
   * @param resourceUsagePeak bytes
   */
  public record ProcessingMetadata(Duration totalProcessingTime, long resourceUsagePeak) {}
}
