package io.mainstay.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Copies of the product's models with manifests of their own, each changed in its own way. */
final class ModelCopies {
  private static final Path PRODUCT = Mainstay.HOME.resolve("runtime/models");

  private final Path models;

  /** Below that directory. */
  ModelCopies(Path models) {
    this.models = models;
  }

  /** One of the copies. */
  record Copy(Path directory) {
    /** One of its files. */
    Path file(String name) {
      return directory.resolve(name);
    }

    /** The file ends in its middle; the manifest still promises all of it. */
    Copy truncated(String file) throws IOException {
      byte[] whole = Files.readAllBytes(directory.resolve(file));
      Files.write(directory.resolve(file), Arrays.copyOf(whole, whole.length / 2));
      return this;
    }

    /** Bytes of a file change everywhere, and the manifest promises what it is then. */
    Copy replaced(String file, String from, String to) throws IOException {
      Path path = directory.resolve(file);
      String before = Files.readString(path, StandardCharsets.ISO_8859_1);
      String after = before.replace(from, to);
      if (after.equals(before)) {
        throw new IOException(path + " does not hold " + from);
      }
      byte[] bytes = after.getBytes(StandardCharsets.ISO_8859_1);
      Files.write(path, bytes);
      return manifest(
          "(file = \"" + Pattern.quote(file) + "\"\\s+sha256 = )\"[0-9a-f]+\"(\\s+bytes = )\\d+",
          "$1\"" + sha256(bytes) + "\"$2" + bytes.length);
    }

    /** With these fallbacks alone, and nothing that makes other models similar to it. */
    Copy fallingBackTo(String... fallbacks) throws IOException {
      manifest("(?s)fallbacks = \\[.*?\\n\\]\\n", "");
      manifest("capabilities = \\[[^\\]]*\\]", "capabilities = []");
      String list = "fallbacks = [" + String.join(", ", fallbacks) + "]\n";
      Files.writeString(conf(), Files.readString(conf()) + list);
      return this;
    }

    /** That needs so much memory. */
    Copy needing(String memory) throws IOException {
      return manifest("memory = \"[^\"]*\"", "memory = \"" + memory + "\"");
    }

    private Copy manifest(String pattern, String replacement) throws IOException {
      Matcher found = Pattern.compile(pattern).matcher(Files.readString(conf()));
      if (!found.find()) {
        throw new IOException(conf() + " does not match " + pattern);
      }
      Files.writeString(conf(), found.replaceFirst(replacement));
      return this;
    }

    private Path conf() {
      return directory.resolve("model.conf");
    }
  }

  /** A whole copy under another id; under the same one it stands before the product's. */
  Copy of(String model, String id) throws IOException {
    Path good = PRODUCT.resolve(model);
    Path copy = models.resolve(id);
    try (Stream<Path> files = Files.walk(good)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = copy.resolve(good.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return new Copy(copy).manifest("id = \"[^\"]*\"", "id = \"" + id + "\"");
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
