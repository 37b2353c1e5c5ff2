package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Where the built worker is, and the calls that tests make with MiniLM. */
final class TestWorker {
  static final String MINILM = "minilm";
  private static final AtomicLong EPOCHS = new AtomicLong();
  private static final Path DIST =
      Path.of(System.getProperty("mainstay.home"), "native-worker", "target", "dist");
  static final Path BINARY = DIST.resolve("bin/mainstay-worker");
  static final Path ONNX_RUNTIME = DIST.resolve("lib/libonnxruntime.so");

  private TestWorker() {}

  /** A worker with one 4 MiB and one 1 MiB segment, and fault injection. */
  static WorkerSpec spec(Path arenaDirectory) {
    return spec(arenaDirectory, BINARY, List.of());
  }

  static WorkerSpec spec(Path arenaDirectory, Path binary, List<String> extraArguments) {
    return new WorkerSpec(
        "cpu-0",
        EPOCHS.incrementAndGet(),
        1,
        512L << 20,
        1L << 30,
        arenaDirectory,
        List.of(4L << 20, 1L << 20),
        binary,
        ONNX_RUNTIME,
        Optional.empty(),
        8,
        1 << 20,
        Duration.ofSeconds(10),
        true,
        true,
        extraArguments);
  }

  /** The model file, written once per test run. */
  static Path minilm(Path directory) throws IOException {
    Path file = directory.resolve("all-minilm-l6-v2-q.onnx");
    if (Files.notExists(file)) {
      try (InputStream in = TestWorker.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
        Files.copy(in, file);
      }
    }
    return file;
  }

  static LoadCall load(Path model) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(model));
    return load(model, HexFormat.of().formatHex(hash));
  }

  static LoadCall load(Path model, String sha256) throws IOException {
    return new LoadCall(
        MINILM,
        List.of(new LoadCall.Component("model", model, sha256, Files.size(model), false, null)),
        64L << 20,
        Duration.ofSeconds(20));
  }

  /** Embeds so many tokens; 16 travel in the frame, 600 and more through the arena. */
  static InferenceCall infer(int tokens) {
    List<Long> shape = List.of(1L, (long) tokens);
    return new InferenceCall(
        MINILM,
        "model",
        List.of(
            new Tensor("input_ids", TensorType.INT64, shape, longs(tokens, 2000)),
            new Tensor("attention_mask", TensorType.INT64, shape, longs(tokens, 1)),
            new Tensor("token_type_ids", TensorType.INT64, shape, longs(tokens, 0))),
        List.of(new InferenceCall.OutputRoom("last_hidden_state", tokens * 384L * Float.BYTES)),
        Duration.ZERO,
        1);
  }

  private static ByteBuffer longs(int count, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putLong(i * Long.BYTES, value);
    }
    return bytes;
  }
}
