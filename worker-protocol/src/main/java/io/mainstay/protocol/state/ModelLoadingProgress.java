package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Worker to orchestrator: how far a load is.
 *
 * @param modelId the model
 * @param loadingStage such as loading_unet
 * @param progressPercentage 0 to 100
 * @param vramAllocated bytes so far
 * @param estimatedCompletion when it should be done, where that can be told
 * @param loadingErrors one line each, usually none
 */
@Owned(side = Side.WORKER, domain = StateDomain.MODEL, group = "vram_loading", fields = "load")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.POSTPROCESSING,
    group = "execution",
    fields = "model-loading")
public record ModelLoadingProgress(
    String modelId,
    String loadingStage,
    double progressPercentage,
    long vramAllocated,
    Optional<Instant> estimatedCompletion,
    List<String> loadingErrors)
    implements StateMessage {
  public ModelLoadingProgress {
    loadingErrors = List.copyOf(loadingErrors);
  }
}
