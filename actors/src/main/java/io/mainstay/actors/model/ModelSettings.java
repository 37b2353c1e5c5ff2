package io.mainstay.actors.model;

import com.typesafe.config.Config;
import io.mainstay.actors.degradation.ModeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code mainstay.model}, checked once.
 *
 * @param directories that models are looked for in, absolute
 * @param bundled ids of class-path models
 * @param cacheDirectory for the files of bundles and for markers; ours alone
 * @param manifestBytesMax longest manifest, or other text beside a model, that is read
 * @param graphs what is asked of every graph
 * @param derived what is taken for a directory without a manifest
 * @param loadDeadline of one load, from the first step to the answer
 * @param retryAfter how long a failed load is remembered
 * @param modeRetryAfter when to come back with what a mode refuses
 * @param answerTimeout for an answer of another domain that takes no work
 * @param loadsQueuedMax of one device
 * @param waitersMax for one model on one device
 * @param idleUnload unused for so long a model of a directory is unloaded; empty for never
 * @param idleLook between two looks for idle models
 * @param ramCacheBytes of model files that are kept in the host's memory; 0 for none
 * @param templates models that each template takes when nobody names another
 */
public record ModelSettings(
    List<Path> directories,
    List<String> bundled,
    Path cacheDirectory,
    long manifestBytesMax,
    GraphBounds graphs,
    DerivedDefaults derived,
    Duration loadDeadline,
    Duration retryAfter,
    Duration modeRetryAfter,
    Duration answerTimeout,
    int loadsQueuedMax,
    int waitersMax,
    Optional<Duration> idleUnload,
    Duration idleLook,
    long ramCacheBytes,
    Map<String, List<String>> templates) {
  /** Stands for the product's own models in {@code directories}. */
  public static final String PRODUCT = "@product";

  private static final String HOME = "mainstay.home";

  public ModelSettings {
    directories = List.copyOf(directories);
    bundled = List.copyOf(bundled);
    templates = Collections.unmodifiableMap(new TreeMap<>(templates));
    requireLonger("load-deadline", loadDeadline, Duration.ofMillis(100));
    requireLonger("retry-after", retryAfter, Duration.ZERO);
    requireLonger("answer-timeout", answerTimeout, Duration.ofMillis(10));
    if (answerTimeout.compareTo(loadDeadline) > 0) {
      throw new IllegalArgumentException(
          "mainstay.model.answer-timeout is "
              + answerTimeout
              + "; it must not exceed load-deadline, "
              + loadDeadline);
    }
    if (manifestBytesMax < 1024) {
      throw new IllegalArgumentException(
          "mainstay.model.manifest-max is " + manifestBytesMax + " bytes; at least 1 KiB");
    }
    requireAtLeastOne("loads-queued-max", loadsQueuedMax);
    requireAtLeastOne("waiters-max", waitersMax);
    idleUnload.ifPresent(after -> requireLonger("idle-unload", after, Duration.ofMillis(10)));
    requireLonger("idle-look", idleLook, Duration.ofMillis(10));
    if (ramCacheBytes < 0) {
      throw new IllegalArgumentException(
          "mainstay.model.ram-cache is " + ramCacheBytes + " bytes; it must not be below 0");
    }
  }

  /**
   * Reads them from the root of a configuration.
   *
   * @param dataDirectory of the node; relative directories are below it, and so is the cache
   */
  public static ModelSettings of(Config root, Path dataDirectory) {
    Config model = root.getConfig("mainstay.model");
    Path data = dataDirectory.toAbsolutePath();
    return new ModelSettings(
        model.getStringList("directories").stream()
            .flatMap(name -> directory(name, data).stream())
            .toList(),
        model.getStringList("bundled"),
        data.resolve("cache"),
        model.getBytes("manifest-max"),
        GraphBounds.of(model),
        DerivedDefaults.of(model),
        model.getDuration("load-deadline"),
        model.getDuration("retry-after"),
        root.getDuration(ModeSettings.PATH + ".retry-after"),
        model.getDuration("answer-timeout"),
        model.getInt("loads-queued-max"),
        model.getInt("waiters-max"),
        model.getString("idle-unload").equals("off")
            ? Optional.empty()
            : Optional.of(model.getDuration("idle-unload")),
        model.getDuration("idle-look"),
        model.getBytes("ram-cache"),
        templates(model.getConfig("templates")));
  }

  private static Map<String, List<String>> templates(Config templates) {
    return templates.root().keySet().stream()
        .collect(Collectors.toMap(name -> name, templates::getStringList));
  }

  /** The same with another directory for what may be made anew at any time. */
  public ModelSettings withCacheDirectory(Path directory) {
    return new ModelSettings(
        directories,
        bundled,
        directory,
        manifestBytesMax,
        graphs,
        derived,
        loadDeadline,
        retryAfter,
        modeRetryAfter,
        answerTimeout,
        loadsQueuedMax,
        waitersMax,
        idleUnload,
        idleLook,
        ramCacheBytes,
        templates);
  }

  /** Whether a model of that origin came with the product. */
  boolean isProduct(String origin) {
    return directory(PRODUCT, Path.of(""))
        .map(home -> Path.of(origin).startsWith(home))
        .orElse(false);
  }

  /** The launcher says where the product is; run without it, it has no models of its own. */
  private static Optional<Path> directory(String name, Path data) {
    if (name.equals(PRODUCT)) {
      return Optional.ofNullable(System.getProperty(HOME))
          .map(home -> Path.of(home, "runtime", "models").toAbsolutePath());
    }
    return Optional.of(data.resolve(name));
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "mainstay.model." + name + " is " + value + "; it must be at least 1");
    }
  }

  private static void requireLonger(String name, Duration value, Duration bound) {
    if (value.compareTo(bound) < 0) {
      throw new IllegalArgumentException(
          "mainstay.model." + name + " is " + value + "; it must be at least " + bound);
    }
  }
}
