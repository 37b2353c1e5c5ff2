package io.mainstay.protocol.state;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * Worker to orchestrator: memory of a device.
 *
 * @param deviceId the device
 * @param vramMetrics what was measured
 * @param pressureLevel level of use
 * @param cleanupRecommended true from the cleanup threshold
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MEMORY,
    group = "vram",
    fields = {"allocation", "usage", "fragmentation"})
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MEMORY,
    group = "vram",
    fields = "pools",
    note = "the allocator of the inference library keeps them; told as fragmentation")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MEMORY,
    group = "ml_memory",
    fields = "leak-detection",
    note = "what is in use and accounted to nobody shows as use above the sum of the models")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MODEL,
    group = "vram_loading",
    fields = "unload",
    note = "answered by the bytes freed, then told as use")
public record VramUsageUpdate(
    String deviceId,
    VramMetrics vramMetrics,
    PressureLevel pressureLevel,
    boolean cleanupRecommended)
    implements StateMessage {

  /**
   * Measured memory.
   *
   * @param totalVram bytes of the limit in force
   * @param usedVram bytes
   * @param availableVram bytes
   * @param fragmentationLevel free over held, 0 to 1
   */
  public record VramMetrics(
      long totalVram, long usedVram, long availableVram, double fragmentationLevel) {}
}
