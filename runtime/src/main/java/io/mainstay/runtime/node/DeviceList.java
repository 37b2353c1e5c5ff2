package io.mainstay.runtime.node;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** HOCON for a node with that many CPU devices of one thread each. */
public final class DeviceList {
  private DeviceList() {}

  /**
   * The settings.
   *
   * @param standby none, spawned or loaded
   */
  public static String hocon(int devices, String standby) {
    return IntStream.range(0, devices)
            .mapToObj(
                i -> "{ id = cpu-" + i + ", backend = cpu, threads = 1, memory-budget = 1GiB }")
            .collect(Collectors.joining(", ", "mainstay.device.devices = [", "]\n"))
        + "mainstay.device.standby = "
        + standby
        + "\n";
  }
}
