package io.mainstay.actors.device.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to launch one incarnation of a worker.
 *
 * @param deviceId such as {@code cpu-0} or {@code cuda-0}
 * @param epoch incarnation; grows with every launch on a node
 * @param threads compute threads, 1 to 256
 * @param memoryBudgetBytes for models and their use; 0 for none
 * @param dataLimitBytes RLIMIT_DATA of the process; 0 for none
 * @param arenaDirectory where the shared memory files go, usually /dev/shm
 * @param arenaSegmentBytes size of each segment, in order; each a multiple of 64 up to 1 GiB
 * @param binary path of {@code mainstay-worker}
 * @param onnxRuntime path of {@code libonnxruntime.so}
 * @param devicePlugin library that drives the device; empty for what the worker finds beside itself
 * @param queueDepth most calls open at a time, 1 to 65,536; more are answered QUEUE_FULL
 * @param frameBytesMax longest frame either side may send, 1 KiB to 1 MiB
 * @param helloTimeout from launch to hello; then killed with cause NO_HELLO
 * @param faultInjection whether failures can be armed
 * @param inferenceProgress whether {@link WorkerListener#onProgress} is wanted
 * @param extraArguments appended to the command line; for tests
 */
public record WorkerSpec(
    String deviceId,
    long epoch,
    int threads,
    long memoryBudgetBytes,
    long dataLimitBytes,
    Path arenaDirectory,
    List<Long> arenaSegmentBytes,
    Path binary,
    Path onnxRuntime,
    Optional<Path> devicePlugin,
    int queueDepth,
    int frameBytesMax,
    Duration helloTimeout,
    boolean faultInjection,
    boolean inferenceProgress,
    List<String> extraArguments) {
  /** Largest frame of the protocol. */
  public static final int FRAME_BYTES_LIMIT = 1 << 20;

  public WorkerSpec {
    arenaSegmentBytes = List.copyOf(arenaSegmentBytes);
    extraArguments = List.copyOf(extraArguments);
    within("threads", threads, 1, 256);
    within("memoryBudgetBytes", memoryBudgetBytes, 0, Long.MAX_VALUE);
    within("dataLimitBytes", dataLimitBytes, 0, Long.MAX_VALUE);
    within("queueDepth", queueDepth, 1, 65_536);
    within("frameBytesMax", frameBytesMax, 1024, FRAME_BYTES_LIMIT);
    within("helloTimeout in ms", helloTimeout.toMillis(), 1, 3_600_000);
    within("number of arena segments", arenaSegmentBytes.size(), 1, 64);
  }

  private static void within(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "Worker's " + what + " is " + value + "; it must be from " + min + " to " + max);
    }
  }
}
