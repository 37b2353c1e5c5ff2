package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.WorkerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a worker is launched: its arguments and its minimal environment. */
final class WorkerCommandLine {
  private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

  private WorkerCommandLine() {}

  /** Checks what can be checked before launching. */
  static void check(WorkerSpec spec) throws IOException {
    if (!Files.isRegularFile(spec.binary())) {
      throw new NoSuchFileException(
          "The worker binary "
              + spec.binary()
              + " does not exist; build it with mvn -DskipTests package, or set"
              + " mainstay.device.worker.binary");
    }
    if (!Files.isExecutable(spec.binary())) {
      throw new IOException(
          "The worker binary " + spec.binary() + " is not executable; chmod +x it");
    }
    if (!Files.isReadable(spec.onnxRuntime())) {
      throw new NoSuchFileException(
          "The ONNX Runtime library "
              + spec.onnxRuntime()
              + " does not exist or cannot be read; build it with mvn -DskipTests package, or set"
              + " mainstay.device.worker.onnx-runtime, or the onnx-runtime of device "
              + spec.deviceId());
    }
  }

  static ProcessBuilder of(WorkerSpec spec, List<Path> arena) {
    List<String> line = new ArrayList<>();
    line.add(spec.binary().toAbsolutePath().toString());
    add(line, "--device", spec.deviceId());
    add(line, "--epoch", spec.epoch());
    add(line, "--host-pid", ProcessHandle.current().pid());
    add(line, "--threads", spec.threads());
    add(line, "--memory-budget", spec.memoryBudgetBytes());
    if (spec.dataLimitBytes() > 0) {
      add(line, "--data-limit", spec.dataLimitBytes());
    }
    arena.forEach(path -> add(line, "--arena", path.toAbsolutePath()));
    add(line, "--onnxruntime", spec.onnxRuntime().toAbsolutePath());
    spec.devicePlugin().ifPresent(path -> add(line, "--device-plugin", path.toAbsolutePath()));
    add(line, "--queue-depth", spec.queueDepth());
    add(line, "--max-frame", spec.frameBytesMax());
    if (spec.faultInjection()) {
      line.add("--enable-fault-injection");
    }
    line.addAll(spec.extraArguments());
    ProcessBuilder builder = new ProcessBuilder(line);
    minimal(builder.environment());
    return builder;
  }

  private static void add(List<String> line, String option, Object value) {
    line.add(option);
    line.add(String.valueOf(value));
  }

  /** Tokens and passwords of the host's environment are nobody else's; a library path may be. */
  private static void minimal(Map<String, String> environment) {
    String libraryPath = environment.get(LIBRARY_PATH);
    environment.clear();
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("LC_ALL", "C.UTF-8");
    if (libraryPath != null) {
      environment.put(LIBRARY_PATH, libraryPath);
    }
  }
}
