package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** The real embedding model of 23 MB, as a file, with calls to load and to run it. */
final class MiniLm {
  static final String ID = "minilm";
  private static final int TOKENS = 16;
  private static final int DIMENSIONS = 384;

  private final LoadCall load;

  private MiniLm(LoadCall load) {
    this.load = load;
  }

  static MiniLm in(Path directory) throws IOException, NoSuchAlgorithmException {
    Path file = directory.resolve("model.onnx");
    try (InputStream resource = MiniLm.class.getResourceAsStream("/all-minilm-l6-v2-q.onnx")) {
      Files.copy(resource, file);
    }
    byte[] bytes = Files.readAllBytes(file);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new MiniLm(
        new LoadCall(
            ID,
            List.of(new LoadCall.Component("model", file, sha256, bytes.length, false, null)),
            100L << 20,
            Duration.ZERO));
  }

  LoadCall load() {
    return load;
  }

  /** One text of 16 tokens. */
  static InferenceCall call() {
    return new InferenceCall(
        ID,
        "model",
        List.of(ids("input_ids", 101), ids("attention_mask", 1), ids("token_type_ids", 0)),
        List.of(
            new InferenceCall.OutputRoom(
                "last_hidden_state", (long) TOKENS * DIMENSIONS * Float.BYTES)),
        Duration.ZERO,
        1);
  }

  private static Tensor ids(String name, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(TOKENS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < TOKENS; i++) {
      bytes.putLong(value);
    }
    return new Tensor(name, TensorType.INT64, List.of(1L, (long) TOKENS), bytes.flip());
  }
}
