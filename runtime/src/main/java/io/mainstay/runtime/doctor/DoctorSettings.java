package io.mainstay.runtime.doctor;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Bounds of the checks and where a node would look for its parts.
 *
 * @param sharedMemoryMinBytes of the arena directory's file system
 * @param diskMinBytes free on the data directory's disk
 * @param memoryMinBytes physical
 * @param workerTimeout of one run of the worker binary
 * @param workerBinary the worker's program
 * @param onnxRuntime the library that it loads
 * @param arenaDirectory where shared memory files go
 * @param port of the actor protocol
 */
public record DoctorSettings(
    long sharedMemoryMinBytes,
    long diskMinBytes,
    long memoryMinBytes,
    Duration workerTimeout,
    Path workerBinary,
    Path onnxRuntime,
    Path arenaDirectory,
    int port) {
  /** Reads {@code mainstay.runtime.doctor}, and the node's own settings. */
  public static DoctorSettings of(Config root) {
    Config config = root.getConfig("mainstay.runtime.doctor");
    Path dist =
        Path.of(System.getProperty("mainstay.home", ".")).resolve("native-worker/target/dist");
    return new DoctorSettings(
        config.getBytes("shared-memory-min"),
        config.getBytes("disk-min"),
        config.getBytes("memory-min"),
        config.getDuration("worker-timeout"),
        path(root, "mainstay.device.worker.binary", dist.resolve("bin/mainstay-worker")),
        path(root, "mainstay.device.worker.onnx-runtime", dist.resolve("lib/libonnxruntime.so")),
        path(root, "mainstay.device.worker.arena-directory", Path.of("/dev/shm")),
        root.getInt("mainstay.node.port"));
  }

  private static Path path(Config root, String key, Path otherwise) {
    String set = root.hasPath(key) ? root.getString(key) : "";
    return set.isEmpty() ? otherwise : Path.of(set);
  }
}
