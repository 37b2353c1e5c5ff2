package io.mainstay.runtime.chaos;

import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A copy of one of the product's models in the node's own directory, there to be damaged. */
final class ModelCopy {
  private static final String MANIFEST = "model.conf";
  private final Path directory;

  private ModelCopy(Path directory) {
    this.directory = directory;
  }

  /** The copy of that id; it is made if it is not there. */
  static ModelCopy of(ChaosStage stage, String model, String id) throws IOException {
    Path good =
        Path.of(System.getProperty("mainstay.home", ".")).resolve("runtime/models/" + model);
    if (!Files.isDirectory(good)) {
      throw CliFailure.failed(
          "the product's model " + model + " is not at " + good, "run from a whole checkout");
    }
    Path directory = stage.models().resolve(id);
    if (!Files.exists(directory)) {
      // Under its final name at once or not at all: the node may look meanwhile.
      Path half = Files.createDirectories(stage.files().resolve("copy-" + id));
      copy(good, half);
      Path manifest = half.resolve(MANIFEST);
      Files.writeString(
          manifest,
          Files.readString(manifest).replaceFirst("id = \"[^\"]*\"", "id = \"" + id + "\""));
      Files.createDirectories(stage.models());
      Files.move(half, directory);
    }
    return new ModelCopy(directory);
  }

  /** Without a manifest: what it is has to be read from the files themselves. */
  ModelCopy withoutManifest() throws IOException {
    Files.deleteIfExists(directory.resolve(MANIFEST));
    return this;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** One bit of the file is another. */
  void flip(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(file(name));
    bytes[bytes.length / 2] ^= 1;
    Files.write(file(name), bytes);
  }

  /** The two files change places. */
  void swap(String one, String other) throws IOException {
    byte[] first = Files.readAllBytes(file(one));
    Files.write(file(one), Files.readAllBytes(file(other)));
    Files.write(file(other), first);
  }

  /** The text of the file is another. */
  void write(String name, String text) throws IOException {
    Files.writeString(file(name), text);
  }

  /** It is gone as if it had never been. */
  static void remove(ChaosStage stage, String id) throws IOException {
    Path directory = stage.models().resolve(id);
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(each);
        }
      }
    }
  }

  private static void copy(Path good, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(good)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(good.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
