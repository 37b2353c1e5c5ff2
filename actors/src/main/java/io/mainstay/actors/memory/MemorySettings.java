package io.mainstay.actors.memory;

import com.typesafe.config.Config;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/**
 * {@code mainstay.memory}, checked once.
 *
 * @param hostBudgetBytes of the host's own ledger
 * @param arenaShareMax share of a budget that one owner may hold, above 0, at most 1
 * @param sampleInterval of the pressure monitor
 * @param thresholds of the pressure levels
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "policy",
    fields = {"limits", "allocation-strategy"})
public record MemorySettings(
    long hostBudgetBytes,
    double arenaShareMax,
    Duration sampleInterval,
    PressureThresholds thresholds) {
  public MemorySettings {
    require(
        hostBudgetBytes >= 1 << 20, "host-budget", hostBudgetBytes + " bytes", "at least 1 MiB");
    require(
        arenaShareMax > 0 && arenaShareMax <= 1,
        "arena-share-max",
        String.valueOf(arenaShareMax),
        "above 0, at most 1");
    require(
        sampleInterval.toMillis() >= 10,
        "pressure.sample-interval",
        sampleInterval.toString(),
        "at least 10 ms");
  }

  /** Reads them from the root of a configuration. */
  public static MemorySettings of(Config root) {
    Config memory = root.getConfig("mainstay.memory");
    Config pressure = memory.getConfig("pressure");
    return new MemorySettings(
        memory.getBytes("host-budget"),
        memory.getDouble("arena-share-max"),
        pressure.getDuration("sample-interval"),
        new PressureThresholds(
            pressure.getDouble("moderate-at"),
            pressure.getDouble("high-at"),
            pressure.getDouble("critical-at"),
            pressure.getDouble("hysteresis")));
  }

  /** Most bytes that one owner may hold of such a budget. */
  long arenaBytesMax(long budgetBytes) {
    return arenaShareMax == 1 ? budgetBytes : (long) (budgetBytes * arenaShareMax);
  }

  private static void require(boolean holds, String name, String value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(
          "mainstay.memory." + name + " is " + value + "; it must be " + bound);
    }
  }
}
