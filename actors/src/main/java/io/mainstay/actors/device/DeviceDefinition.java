package io.mainstay.actors.device;

import com.typesafe.config.Config;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One device of the node, as configured.
 *
 * @param id such as {@code cpu-0}: backend, dash, number
 * @param threads compute threads of its worker, 1 to 256
 * @param memoryBudgetBytes for models and their use, at least 64 MiB
 * @param standby what waits beside its worker
 */
public record DeviceDefinition(
    String id, int threads, long memoryBudgetBytes, StandbyMode standby) {
  private static final Pattern ID = Pattern.compile("([a-z]+)-(0|[1-9][0-9]{0,2})");
  private static final long MEMORY_MIN = 64L << 20;

  public DeviceDefinition {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Device id \""
              + id
              + "\" is not of the form cpu-0; ids such as gpu_0 are accepted"
              + " from clients only, not in mainstay.device.devices");
    }
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException(
          "Device " + id + " has threads = " + threads + "; allowed are 1 to 256");
    }
    if (memoryBudgetBytes < MEMORY_MIN) {
      throw new IllegalArgumentException(
          "Device "
              + id
              + " has memory-budget = "
              + memoryBudgetBytes
              + " bytes; it must be at least "
              + MEMORY_MIN
              + " (64 MiB)");
    }
  }

  /** The backend: the part of the id before the dash. */
  public String backend() {
    return id.substring(0, id.indexOf('-'));
  }

  static DeviceDefinition of(Config config, StandbyMode standby) {
    String id = config.getString("id");
    DeviceDefinition device =
        new DeviceDefinition(
            id,
            config.getInt("threads"),
            config.getBytes("memory-budget"),
            config.hasPath("standby") ? StandbyMode.of(config.getString("standby")) : standby);
    String backend = config.getString("backend");
    if (!backend.equals("cpu")) {
      throw new IllegalArgumentException(
          "Device " + id + " has backend = " + backend + "; this build has cpu only");
    }
    if (!backend.equals(device.backend())) {
      throw new IllegalArgumentException(
          "Device " + id + " has backend = " + backend + "; its id must begin with it");
    }
    return device;
  }
}
