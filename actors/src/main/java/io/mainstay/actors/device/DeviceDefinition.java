package io.mainstay.actors.device;

import com.typesafe.config.Config;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One device of the node, as configured.
 *
 * @param id such as {@code cpu-0} or {@code cuda-0}: backend, dash, number
 * @param threads compute threads of its worker, 1 to 256
 * @param memoryBudgetBytes for models and their use in the device's memory, at least 64 MiB
 * @param standby what waits beside its worker
 * @param onnxRuntime the {@code libonnxruntime.so} of its worker; empty for the node's
 * @param devicePlugin library that drives the device; empty for the worker's own choice, always so
 *     for a CPU, which needs none
 * @param tuning of its worker
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "device_registry",
    fields = "identity")
public record DeviceDefinition(
    String id,
    int threads,
    long memoryBudgetBytes,
    StandbyMode standby,
    Optional<Path> onnxRuntime,
    Optional<Path> devicePlugin,
    DeviceTuning tuning) {
  private static final String CPU = "cpu";
  private static final Set<String> BACKENDS = new TreeSet<>(Set.of(CPU, "cuda"));
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
    if (!BACKENDS.contains(matcher.group(1))) {
      throw new IllegalArgumentException(
          "Device " + id + " is of no known backend; known are " + String.join(", ", BACKENDS));
    }
    if (devicePlugin.isPresent() && matcher.group(1).equals(CPU)) {
      throw new IllegalArgumentException(
          "Device "
              + id
              + " has device-plugin = "
              + devicePlugin.get()
              + "; a cpu device takes none, remove it");
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

  /** A device that is driven by what the node and its worker choose. */
  public DeviceDefinition(String id, int threads, long memoryBudgetBytes, StandbyMode standby) {
    this(
        id,
        threads,
        memoryBudgetBytes,
        standby,
        Optional.empty(),
        Optional.empty(),
        DeviceTuning.BALANCED);
  }

  /** Whether the memory budget is of the host's memory, not of the device's own. */
  boolean usesHostMemory() {
    return backend().equals(CPU);
  }

  /** The backend: the part of the id before the dash. */
  public String backend() {
    return id.substring(0, id.indexOf('-'));
  }

  static DeviceDefinition of(Config config, StandbyMode standby, Config tuning) {
    String id = config.getString("id");
    String backend = config.getString("backend");
    if (!BACKENDS.contains(backend)) {
      throw new IllegalArgumentException(
          "Device "
              + id
              + " has backend = "
              + backend
              + "; known are "
              + String.join(", ", BACKENDS));
    }
    DeviceDefinition device =
        new DeviceDefinition(
            id,
            config.getInt("threads"),
            config.getBytes("memory-budget"),
            config.hasPath("standby") ? StandbyMode.of(config.getString("standby")) : standby,
            path(config, "onnx-runtime"),
            path(config, "device-plugin"),
            DeviceTuning.of(config, tuning));
    if (!backend.equals(device.backend())) {
      throw new IllegalArgumentException(
          "Device " + id + " has backend = " + backend + "; its id must begin with it");
    }
    return device;
  }

  private static Optional<Path> path(Config config, String key) {
    return config.hasPath(key) && !config.getString(key).isBlank()
        ? Optional.of(Path.of(config.getString(key)).toAbsolutePath())
        : Optional.empty();
  }
}
