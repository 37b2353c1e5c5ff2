package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

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
    return settingsWith("", bundled);
  }

  /** With settings of {@code mainstay.model} beside the test's own. */
  public ModelSettings settingsWith(String model, String... bundled) {
    Config own =
        ConfigFactory.parseString(
            String.format(
                """
                mainstay.model {
                  directories = ["models"]
                  bundled = [%s]
                  manifest-max = 64 KiB
                  load-deadline = 5s
                  retry-after = 10s
                  answer-timeout = 1s
                  loads-queued-max = 4
                  waiters-max = 8
                  %s
                }
                """,
                String.join(",", bundled), model));
    return ModelSettings.of(own.withFallback(ConfigFactory.load()), root);
  }

  public ModelScanner scanner(String... bundled) {
    return new ModelScanner(settings(bundled), ModelFolder.class.getClassLoader());
  }
}
