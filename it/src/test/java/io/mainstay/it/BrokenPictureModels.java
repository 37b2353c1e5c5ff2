package io.mainstay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Diffusers directories as users drop them, without a manifest, each spoiled in its own way; the
 * good bytes are those of the model that comes with the product.
 */
final class BrokenPictureModels {
  /** Ids, each with what its reason must say. */
  static final Map<String, List<String>> REASONS =
      Map.of(
          "no-unet", List.of("component", "unet"),
          "half-unet", List.of("unet/model.onnx is cut short"),
          "swapped", List.of("the component", "is another: it takes", "it is the graph of a"),
          "other-opset", List.of("the component text_encoder", "operator set 99; supported are"),
          "linked-out", List.of("unet/model.onnx is a link to", "outside its model's directory"));

  private static final Path GOOD = Mainstay.HOME.resolve("runtime/models/shapes-64");

  private BrokenPictureModels() {}

  /**
   * Writes all of them.
   *
   * @param elsewhere a directory outside of the models directory
   */
  static void write(Path models, Path elsewhere) throws IOException {
    Files.delete(copy(models.resolve("no-unet")).resolve("unet/model.onnx"));

    Path half = copy(models.resolve("half-unet")).resolve("unet/model.onnx");
    byte[] unet = Files.readAllBytes(half);
    Files.write(half, Arrays.copyOf(unet, unet.length / 2));

    Path swapped = copy(models.resolve("swapped"));
    Path decoder = swapped.resolve("vae_decoder/model.onnx");
    byte[] decoderBytes = Files.readAllBytes(decoder);
    Files.write(decoder, Files.readAllBytes(swapped.resolve("unet/model.onnx")));
    Files.write(swapped.resolve("unet/model.onnx"), decoderBytes);

    Path other = copy(models.resolve("other-opset")).resolve("text_encoder/model.onnx");
    Files.write(other, withOpset(Files.readAllBytes(other), (byte) 99));

    Path linked = copy(models.resolve("linked-out"));
    Files.createDirectories(elsewhere);
    Path outside = elsewhere.resolve("model.onnx");
    Files.move(linked.resolve("unet/model.onnx"), outside);
    Files.createSymbolicLink(linked.resolve("unet/model.onnx"), outside);
  }

  private static Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(GOOD)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(GOOD.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.getFileName().toString().equals("model.conf")) {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  /**
   * The graph with another version of the operators: the last field {@code opset_import} (8) of the
   * model, a message of two bytes, its field {@code version} (2).
   */
  private static byte[] withOpset(byte[] onnx, byte version) throws IOException {
    for (int at = onnx.length - 4; at >= 0; at--) {
      if (onnx[at] == 0x42 && onnx[at + 1] == 2 && onnx[at + 2] == 0x10) {
        byte[] changed = onnx.clone();
        changed[at + 3] = version;
        return changed;
      }
    }
    throw new IOException("the graph says nowhere which operators it uses");
  }
}
