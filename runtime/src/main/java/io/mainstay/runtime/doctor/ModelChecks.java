package io.mainstay.runtime.doctor;

import com.typesafe.config.Config;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Every model that a node would find, its files hashed anew: no marker of an earlier check is
 * believed, and the data directory's cache is left alone.
 */
final class ModelChecks {
  private final Config config;
  private final Path dataDirectory;

  ModelChecks(Config config, Path dataDirectory) {
    this.config = config;
    this.dataDirectory = dataDirectory;
  }

  List<Finding> run() {
    try (ScratchDirectory scratch = ScratchDirectory.create("doctor")) {
      ModelSettings settings =
          ModelSettings.of(config, dataDirectory).withCacheDirectory(scratch.path());
      return new ModelScanner(settings, ModelChecks.class.getClassLoader())
          .scan().stream().map(ModelChecks::finding).toList();
    } catch (IOException e) {
      return List.of(
          Finding.warn(
              "models", "cannot be checked, " + e, "free space in the temporary directory"));
    }
  }

  private static Finding finding(ScannedModel model) {
    if (model instanceof ScannedModel.Broken broken) {
      return Finding.fail(
          "model", broken.id() + ": " + broken.problem().cause(), broken.problem().remedy());
    }
    ModelDescriptor sound = ((ScannedModel.Sound) model).descriptor();
    return Finding.ok(
        "model",
        sound.id() + ", " + Quantities.bytes(sound.bytes()) + ", every file has its SHA-256");
  }
}
