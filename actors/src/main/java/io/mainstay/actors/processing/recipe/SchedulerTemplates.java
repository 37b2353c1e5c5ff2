package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.schedule.SchedulerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a picture workflow's template that lies in files: each model's {@code
 * scheduler_config.json}. The last version that was good is kept in the cache, and is used when the
 * file is damaged later; the model's own file is never written. Thread-safe over several of these
 * on one directory: versions are replaced atomically. Blocking.
 */
public final class SchedulerTemplates {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerTemplates.class);

  private final Path directory;

  /**
   * @param directory of good versions, created when first needed
   */
  public SchedulerTemplates(Path directory) {
    this.directory = directory;
  }

  /**
   * A template that can be used.
   *
   * @param problem why it is not the model's own file, or empty
   */
  public record Found(SchedulerConfig config, String problem) {}

  /**
   * The model's own, else the last good version of it.
   *
   * @throws Refusal {@code unusable_scheduler} if neither can be used
   */
  public Found read(String modelId, Path file) {
    try {
      byte[] bytes = bytes(modelId, file);
      SchedulerConfig config = SchedulerConfig.read(file.toString(), bytes);
      keep(modelId, bytes);
      return new Found(config, "");
    } catch (Refusal damaged) {
      return lastGood(modelId)
          .map(config -> new Found(config, damaged.getMessage()))
          .orElseThrow(() -> damaged);
    }
  }

  /**
   * The model's own file.
   *
   * @throws Refusal {@code unusable_scheduler} if it cannot be used
   */
  public SchedulerConfig own(String modelId, Path file) {
    return SchedulerConfig.read(file.toString(), bytes(modelId, file));
  }

  /** The version that was good last, if there is one that still is. */
  public Optional<SchedulerConfig> lastGood(String modelId) {
    Path kept = kept(modelId);
    try {
      return Optional.of(SchedulerConfig.read(kept.toString(), Files.readAllBytes(kept)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException | Refusal unusable) {
      LOG.warn("last good template unusable file={} cause={}", kept, unusable.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Another model's template stands in for the one of that model.
   *
   * @param file of the other model
   * @throws Refusal {@code unusable_scheduler} if that cannot be used either
   */
  public SchedulerConfig standIn(String modelId, Path file) {
    byte[] bytes = bytes(modelId, file);
    SchedulerConfig config = SchedulerConfig.read(file.toString(), bytes);
    keep(modelId, bytes);
    return config;
  }

  private static byte[] bytes(String modelId, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw Refusal.of(
          "unusable_scheduler",
          "The scheduler's file of model '%s' cannot be read: %s"
              .formatted(modelId, unreadable.getMessage()),
          "Restore " + file);
    }
  }

  private void keep(String modelId, byte[] bytes) {
    Path kept = kept(modelId);
    try {
      if (Files.exists(kept) && Arrays.equals(Files.readAllBytes(kept), bytes)) {
        return;
      }
      Files.createDirectories(directory);
      Path written = Files.createTempFile(directory, "template", ".part");
      Files.write(written, bytes);
      Files.move(
          written, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      // The model's own file is good; without this there is nothing to fall back to.
      LOG.warn("template not kept file={} cause={}", kept, unwritable.toString());
    }
  }

  /** One of a model with a component of another is its own. */
  private Path kept(String modelId) {
    return directory.resolve(modelId.replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
  }
}
