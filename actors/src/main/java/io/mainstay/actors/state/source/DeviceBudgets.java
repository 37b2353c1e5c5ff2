package io.mainstay.actors.state.source;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The node's devices and their memory, as configured.
 *
 * @param bytes memory budget by device id, in the order of configuration
 */
public record DeviceBudgets(Map<String, Long> bytes) {
  public DeviceBudgets {
    bytes = new LinkedHashMap<>(bytes);
  }

  /** Reads {@code mainstay.device.devices}, whose settings check the values. */
  public static DeviceBudgets of(Config root) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    root.getConfigList("mainstay.device.devices")
        .forEach(device -> bytes.put(device.getString("id"), device.getBytes("memory-budget")));
    return new DeviceBudgets(bytes);
  }

  /** All of them. */
  public List<String> ids() {
    return List.copyOf(bytes.keySet());
  }

  /** Of one device; 0, which stands for no limit, where it is not of this node. */
  public long of(String deviceId) {
    return bytes.getOrDefault(deviceId, 0L);
  }
}
