package io.mainstay.protocol.state;

import java.util.List;

/**
 * Orchestrator to worker: the host-side model cache changed.
 *
 * @param cacheChanges what is new
 * @param cacheOptimizationPerformed true when it was tidied
 * @param availableModels models in it now
 */
public record ModelCacheUpdate(
    CacheChanges cacheChanges, boolean cacheOptimizationPerformed, int availableModels)
    implements StateMessage {

  /**
   * Changes of the cache.
   *
   * @param added model ids
   * @param removed model ids
   * @param cacheUtilization used over limit, 0 to 1
   */
  public record CacheChanges(List<String> added, List<String> removed, double cacheUtilization) {
    public CacheChanges {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }
}
