package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** Writes models with their manifests below a directory, and the settings that find them. */
public final class ModelFolder {
  private final Path root;

  public ModelFolder(Path root) {
    this.root = root;
  }

  /** A sound model of kind {@code test}. */
  public Path sound(String id) throws IOException {
    byte[] bytes = OnnxBytes.model();
    return model(id, bytes, manifest(id, sha256(bytes), bytes.length));
  }

  public Path model(String id, byte[] onnx, String manifest) throws IOException {
    Path directory = Files.createDirectories(root.resolve("models").resolve(id));
    Files.write(directory.resolve("model.onnx"), onnx);
    Files.writeString(directory.resolve("model.conf"), manifest);
    return directory;
  }

  public static String manifest(String id, String sha256, long bytes) {
    return String.format(
        """
        id = %s
        version = "1"
        kind = test
        licence = Apache-2.0
        memory = 10 MiB
        batch-invariant = true
        files = [{ name = model, file = model.onnx, sha256 = %s, bytes = %d }]
        """,
        id, sha256, bytes);
  }

  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(VerifiedFiles.digest().digest(bytes));
  }

  public ModelSettings settings(String... bundled) {
    return new ModelSettings(
        List.of(root.resolve("models")),
        List.of(bundled),
        root.resolve("cache"),
        1 << 16,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        4,
        8);
  }

  public ModelScanner scanner(String... bundled) {
    return new ModelScanner(settings(bundled), ModelFolder.class.getClassLoader());
  }
}
