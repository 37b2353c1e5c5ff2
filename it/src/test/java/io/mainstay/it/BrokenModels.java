package io.mainstay.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Model directories that nobody should load: real bytes of MiniLM, spoiled in three ways. */
final class BrokenModels {
  static final List<String> IDS = List.of("truncated", "not-onnx", "wrong-checksum");

  private BrokenModels() {}

  static void write(Path models) throws IOException {
    byte[] good = resource("all-minilm-l6-v2-q.onnx");
    byte[] tokenizer = resource("all-minilm-l6-v2-q-tokenizer.json");
    // Truncated on the way here, after its manifest was written for the whole file.
    model(
        models,
        "truncated",
        Arrays.copyOf(good, good.length / 2),
        sha256(good),
        good.length,
        tokenizer);
    byte[] text = "This is a letter, not a model.\n".repeat(1000).getBytes();
    model(models, "not-onnx", text, sha256(text), text.length, tokenizer);
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    model(models, "wrong-checksum", flipped, sha256(good), good.length, tokenizer);
  }

  private static void model(
      Path models, String id, byte[] onnx, String sha256, long bytes, byte[] tokenizer)
      throws IOException {
    Path directory = Files.createDirectories(models.resolve(id));
    Files.write(directory.resolve("model.onnx"), onnx);
    Files.write(directory.resolve("tokenizer.json"), tokenizer);
    String manifest =
        new String(resource("mainstay/models/all-minilm-l6-v2-q/model.conf"))
            .replaceAll("(?m)^(\\s*id\\s*=\\s*).*$", "$1\"" + id + "\"");
    Files.writeString(directory.resolve("model.conf"), spoiled(manifest, sha256, bytes));
  }

  /** The bundled manifest, naming the directory's own files. */
  private static String spoiled(String manifest, String sha256, long bytes) throws IOException {
    return manifest
        .replace("all-minilm-l6-v2-q.onnx", "model.onnx")
        .replace("all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json")
        .replace(sha256(resource("all-minilm-l6-v2-q.onnx")), sha256)
        .replace(Long.toString(resource("all-minilm-l6-v2-q.onnx").length), Long.toString(bytes));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BrokenModels.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no " + name + " on the class path");
      }
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
