package io.mainstay.actors.recovery.action.device;

import com.typesafe.config.Config;
import io.mainstay.actors.device.DeviceView;
import java.util.Set;

/**
 * {@code mainstay.recovery.failover}, checked once: what speaks for a device in the place of one
 * that failed. Points, each 0 to 1,000. Pure.
 *
 * @param sameKind of the same backend
 * @param asMuchMemory with no smaller memory budget
 * @param models with all the models that the other one had; a share of them for some
 */
record DeviceMerits(int sameKind, int asMuchMemory, int models) {
  private static final String PATH = "mainstay.recovery.failover";
  private static final int MOST = 1_000;

  DeviceMerits {
    check("same-kind", sameKind);
    check("as-much-memory", asMuchMemory);
    check("models", models);
  }

  private static void check(String name, int points) {
    if (points < 0 || points > MOST) {
      throw new IllegalArgumentException(
          "%s.%s is %d; allowed are 0 to %d points".formatted(PATH, name, points, MOST));
    }
  }

  /** Reads them from the root of a configuration. */
  static DeviceMerits of(Config root) {
    Config failover = root.getConfig(PATH);
    return new DeviceMerits(
        failover.getInt("same-kind"), failover.getInt("as-much-memory"), failover.getInt("models"));
  }

  /** How well the device does for the primary. */
  int score(DeviceView primary, DeviceView device, Set<String> wanted) {
    int kind = device.backend().equals(primary.backend()) ? sameKind : 0;
    int room = device.memoryBudgetBytes() >= primary.memoryBudgetBytes() ? asMuchMemory : 0;
    long held = wanted.stream().filter(device.models()::contains).count();
    return kind + room + (wanted.isEmpty() ? 0 : (int) (models * held / wanted.size()));
  }
}
