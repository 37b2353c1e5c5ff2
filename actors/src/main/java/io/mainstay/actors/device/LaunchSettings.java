package io.mainstay.actors.device;

import com.typesafe.config.Config;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How worker processes are launched, whatever their device; from {@code mainstay.device.worker}.
 *
 * @param binary path of mainstay-worker
 * @param onnxRuntime path of libonnxruntime.so, for devices that name none of their own
 * @param arenaDirectory of the shared memory files
 * @param arenaSegmentBytes size of each segment
 * @param queueDepth most calls open in a worker
 * @param frameBytesMax longest frame
 * @param helloTimeout from launch to hello
 * @param dataLimitHeadroomBytes RLIMIT_DATA above the memory budget of a CPU device; 0 for no limit
 * @param faultInjection whether failures can be armed
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "policy_and_configuration",
    fields = "optimisation-profiles")
public record LaunchSettings(
    Path binary,
    Path onnxRuntime,
    Path arenaDirectory,
    List<Long> arenaSegmentBytes,
    int queueDepth,
    int frameBytesMax,
    Duration helloTimeout,
    long dataLimitHeadroomBytes,
    boolean faultInjection) {
  public LaunchSettings {
    arenaSegmentBytes = List.copyOf(arenaSegmentBytes);
    for (long bytes : arenaSegmentBytes) {
      if (bytes < 64 || bytes > 1L << 30 || bytes % 64 != 0) {
        throw new IllegalArgumentException(
            "mainstay.device.worker.arena-segments has "
                + bytes
                + " bytes; each must be a multiple of 64 of at most 1 GiB");
      }
    }
    if (dataLimitHeadroomBytes < 0) {
      throw new IllegalArgumentException(
          "mainstay.device.worker.data-limit-headroom is "
              + dataLimitHeadroomBytes
              + "; it must be 0 (no limit) or more");
    }
  }

  static LaunchSettings of(Config config) {
    return new LaunchSettings(
        path(config, "binary", "MAINSTAY_WORKER"),
        path(config, "onnx-runtime", "MAINSTAY_ONNXRUNTIME"),
        Path.of(config.getString("arena-directory")),
        config.getBytesList("arena-segments"),
        config.getInt("queue-depth"),
        Math.toIntExact(config.getBytes("frame-bytes-max")),
        config.getDuration("hello-timeout"),
        config.getBytes("data-limit-headroom"),
        config.getBoolean("fault-injection"));
  }

  /** One incarnation of a device's worker. */
  WorkerSpec spec(DeviceDefinition device, long epoch) {
    return new WorkerSpec(
        device.id(),
        epoch,
        device.threads(),
        device.memoryBudgetBytes(),
        dataLimitBytes(device),
        arenaDirectory,
        arenaSegmentBytes,
        binary,
        device.onnxRuntime().orElse(onnxRuntime),
        device.devicePlugin(),
        queueDepth,
        frameBytesMax,
        helloTimeout,
        faultInjection,
        false,
        List.of());
  }

  /** A GPU's budget is of its own memory and says nothing of the host's. */
  private long dataLimitBytes(DeviceDefinition device) {
    return dataLimitHeadroomBytes == 0 || !device.usesHostMemory()
        ? 0
        : device.memoryBudgetBytes() + dataLimitHeadroomBytes;
  }

  private static Path path(Config config, String key, String variable) {
    String text = config.getString(key);
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "mainstay.device.worker."
              + key
              + " is empty; set it, or "
              + variable
              + " in the environment, to the file that the build made");
    }
    return Path.of(text).toAbsolutePath();
  }
}
