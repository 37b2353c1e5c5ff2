package io.mainstay.actors.model.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a text-to-image model in the diffusers layout, of graphs without nodes. */
public final class DiffusersFolder {
  /** Inputs and outputs of each component. */
  public static final Map<String, List<List<String>>> PORTS =
      Map.of(
          "text_encoder",
          List.of(List.of("input_ids:7"), List.of("last_hidden_state:1", "pooler_output:1")),
          "unet",
          List.of(
              List.of("sample:1", "timestep:7", "encoder_hidden_states:1"),
              List.of("out_sample:1")),
          "vae_decoder",
          List.of(List.of("latent_sample:1"), List.of("sample:1")));

  private DiffusersFolder() {}

  /** Without a manifest. */
  public static Path write(Path directory) throws IOException {
    for (String component : PORTS.keySet()) {
      write(directory, component, component, 14);
    }
    text(directory, "model_index.json", "{\"_class_name\": \"OnnxStableDiffusionPipeline\"}");
    text(
        directory,
        "unet/config.json",
        "{\"sample_size\": 16, \"in_channels\": 4, \"block_out_channels\": [32, 64]}");
    text(
        directory,
        "vae_decoder/config.json",
        "{\"latent_channels\": 4, \"block_out_channels\": [8, 16, 32], \"scaling_factor\": 0.5}");
    text(directory, "scheduler/scheduler_config.json", "{\"num_train_timesteps\": 1000}");
    text(directory, "tokenizer/tokenizer.json", "{}");
    text(directory, "tokenizer/tokenizer_config.json", "{\"model_max_length\": 16}");
    return directory;
  }

  /** The graph of a component, perhaps in another's place. */
  public static void write(Path directory, String place, String component, long opset)
      throws IOException {
    Path file = directory.resolve(place).resolve("model.onnx");
    Files.createDirectories(file.getParent());
    Files.write(file, graph(component, opset));
  }

  static byte[] graph(String component, long opset) {
    return OnnxBytes.graph(opset, PORTS.get(component).get(0), PORTS.get(component).get(1));
  }

  public static void text(Path directory, String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** A manifest for what {@link #write} writes, to go on with. */
  public static String manifest(Path directory, String id) throws IOException {
    StringBuilder files = new StringBuilder();
    for (String component : List.of("vae_decoder", "unet", "text_encoder")) {
      files.append(file(directory, component, "model", component + "/model.onnx"));
    }
    files.append(file(directory, "tokenizer", "tokenizer", "tokenizer/tokenizer.json"));
    return String.format(
        """
        id = %s
        version = "2"
        kind = text-to-image
        licence = MIT
        memory = 10 MiB
        batch-invariant = true
        capabilities = [text-to-image, shapes]
        precision = fp32
        load-order = [text_encoder, unet, vae_decoder]
        image {
          width = 64, height = 64, width-max = 128, height-max = 96, multiple-of = 8
          steps = 30, steps-max = 1000, guidance = 5.0, batch-max = 8
        }
        files = [%s]
        """,
        id, files);
  }

  private static String file(Path directory, String name, String role, String file)
      throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(file));
    return String.format(
        "{ name = %s, role = %s, file = \"%s\", sha256 = %s, bytes = %d }\n",
        name, role, file, ModelFolder.sha256(bytes), bytes.length);
  }
}
