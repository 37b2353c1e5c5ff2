package io.mainstay.protocol.state;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Orchestrator to worker: run an inference.
 *
 * @param requestId the request
 * @param inferenceType such as text_to_image
 * @param modelConfiguration which models
 * @param inferenceParameters what to make
 * @param priority rank
 * @param timeout time limit
 */
public record InferenceRequest(
    String requestId,
    String inferenceType,
    ModelConfiguration modelConfiguration,
    InferenceParameters inferenceParameters,
    StatePriority priority,
    Duration timeout)
    implements StateMessage {

  /**
   * Models of an inference.
   *
   * @param baseModel model id
   * @param refinerModel model id
   * @param loraModels model ids
   */
  public record ModelConfiguration(
      String baseModel, Optional<String> refinerModel, List<String> loraModels) {
    public ModelConfiguration {
      loraModels = List.copyOf(loraModels);
    }
  }

  /**
   * What to make.
   *
   * @param prompt text
   * @param steps denoising steps
   * @param guidanceScale dimensionless
   * @param width pixels
   * @param height pixels
   */
  public record InferenceParameters(
      String prompt, int steps, double guidanceScale, int width, int height) {}
}
