package io.mainstay.protocol.state;

import java.util.List;
import java.util.Optional;

/**
 * Orchestrator to worker: run a pipeline on the result of an inference.
 *
 * @param requestId the request
 * @param sourceInferenceId the inference
 * @param postprocessingPipeline in order
 * @param outputRequirements what comes out
 */
public record PostprocessingRequest(
    String requestId,
    String sourceInferenceId,
    List<PipelineStep> postprocessingPipeline,
    OutputRequirements outputRequirements)
    implements StateMessage {
  public PostprocessingRequest {
    postprocessingPipeline = List.copyOf(postprocessingPipeline);
  }

  /**
   * One operation.
   *
   * @param operation such as upscaling
   * @param model model id
   * @param targetResolution width x height in pixels, such as 4096x4096
   * @param strictness of checks
   */
  public record PipelineStep(
      String operation,
      String model,
      Optional<String> targetResolution,
      Optional<Strictness> strictness) {}

  /**
   * What comes out.
   *
   * @param format file format
   * @param quality how much may be lost
   * @param metadataPreservation true: metadata stays in the file
   */
  public record OutputRequirements(
      OutputFormat format, OutputQuality quality, boolean metadataPreservation) {}
}
