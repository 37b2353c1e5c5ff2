package io.mainstay.protocol.state;

import java.util.List;

/**
 * Orchestrator to worker: load a model, component by component.
 *
 * @param modelId the model
 * @param loadTarget where
 * @param loadingPriority rank
 * @param ramCacheStatus whether its files are in host memory
 * @param estimatedVramUsage bytes
 * @param componentLoadingOrder component names
 */
public record ModelLoadRequest(
    String modelId,
    LoadTarget loadTarget,
    StatePriority loadingPriority,
    RamCacheStatus ramCacheStatus,
    long estimatedVramUsage,
    List<String> componentLoadingOrder)
    implements StateMessage {
  public ModelLoadRequest {
    componentLoadingOrder = List.copyOf(componentLoadingOrder);
  }
}
