package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.ModelManifest.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads {@code model.conf} (HOCON, so JSON too). Environment and includes are not followed: a
 * manifest says the same everywhere.
 */
final class ManifestReader {
  /** Name of the manifest beside the model's files. */
  static final String FILE_NAME = "model.conf";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** A manifest that says too little or the wrong thing; the message names field and bound. */
  static final class ManifestInvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    ManifestInvalidException(String message) {
      super(message);
    }
  }

  private ManifestReader() {}

  /** Reads the text of a manifest. */
  static ModelManifest read(String text) throws ManifestInvalidException {
    try {
      Config config =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setIncluder(new NoIncludes()));
      ModelManifest manifest = manifest(config.resolve());
      check(manifest);
      return manifest;
    } catch (ConfigException wrong) {
      throw new ManifestInvalidException(wrong.getMessage());
    }
  }

  /** The bounds that hold for every manifest, read or derived. */
  static void check(ModelManifest manifest) throws ManifestInvalidException {
    requireName("id", manifest.id());
    requireName("version", manifest.version());
    require(manifest.memoryBytes() > 0, "memory", manifest.memoryBytes() + " bytes", "more than 0");
    require(
        !manifest.components().isEmpty(),
        "files",
        manifest.files().size() + " files without a model",
        "at least one with the role model");
    Set<String> files = new HashSet<>();
    Set<String> components = new HashSet<>();
    for (ManifestFile file : manifest.files()) {
      require(files.add(file.file()), "files.file", file.file(), "unique");
      require(
          file.role() != Role.MODEL || components.add(file.name()),
          "files.name",
          file.name(),
          "unique among those with the role model");
      require(isPlain(file.file()), "files.file", file.file(), "a path below the directory");
      require(
          SHA256.matcher(file.sha256()).matches(), "files.sha256", file.sha256(), "64 hex digits");
      require(file.bytes() > 0, "files.bytes", String.valueOf(file.bytes()), "more than 0");
    }
    for (String component : manifest.loadOrder()) {
      require(
          components.contains(component),
          "load-order",
          component,
          "a name of one of the files with the role model");
    }
    checkFallbacks(manifest);
    manifest.sections().check(manifest);
  }

  static void require(boolean holds, String field, String value, String bound)
      throws ManifestInvalidException {
    if (!holds) {
      throw new ManifestInvalidException(field + " is " + value + "; it must be " + bound);
    }
  }

  static void requireWithin(String field, long value, long least, long most)
      throws ManifestInvalidException {
    require(value >= least && value <= most, field, "" + value, "from " + least + " to " + most);
  }

  static void requireName(String field, String value) throws ManifestInvalidException {
    require(NAME.matcher(value).matches(), field, value, "1 to 64 of A-Za-z0-9._-");
  }

  private static ModelManifest manifest(Config config) throws ManifestInvalidException {
    List<ManifestFile> files = new ArrayList<>();
    for (Config file : config.getConfigList("files")) {
      files.add(file(file));
    }
    return new ModelManifest(
        config.getString("id"),
        config.getString("version"),
        config.getString("kind"),
        files,
        config.getBytes("memory"),
        config.getBoolean("batch-invariant"),
        config.getString("licence"),
        new ModelTraits(
            strings(config, "capabilities"),
            config.hasPath("precision") ? config.getString("precision") : "",
            fallbacks(config)),
        strings(config, "load-order"),
        KindSections.of(config));
  }

  private static List<String> strings(Config config, String field) {
    return config.hasPath(field) ? config.getStringList(field) : List.of();
  }

  private static List<Fallback> fallbacks(Config config) throws ManifestInvalidException {
    List<Fallback> fallbacks = new ArrayList<>();
    if (config.hasPath("fallbacks")) {
      for (Config fallback : config.getConfigList("fallbacks")) {
        String relation = fallback.getString("relation");
        require(
            Fallback.Relation.of(relation).isPresent(),
            "fallbacks.relation",
            relation,
            "alternative-format, component, similar or basic");
        fallbacks.add(
            new Fallback(
                Fallback.Relation.of(relation).orElseThrow(),
                fallback.getString("model"),
                fallback.hasPath("component") ? fallback.getString("component") : ""));
      }
    }
    return fallbacks;
  }

  private static void checkFallbacks(ModelManifest manifest) throws ManifestInvalidException {
    for (Fallback fallback : manifest.traits().fallbacks()) {
      requireName("fallbacks.model", fallback.model());
      require(
          !fallback.model().equals(manifest.id()),
          "fallbacks.model",
          fallback.model(),
          "another model than the one it stands in for");
      require(
          fallback.relation() != Fallback.Relation.COMPONENT
              || manifest.component(fallback.component()).isPresent(),
          "fallbacks.component",
          fallback.component().isEmpty() ? "absent" : fallback.component(),
          "a component of this model, for the relation component");
    }
  }

  private static ManifestFile file(Config file) throws ManifestInvalidException {
    String role = file.hasPath("role") ? file.getString("role") : "model";
    for (Role known : Role.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(role)) {
        return new ManifestFile(
            file.hasPath("name") ? file.getString("name") : role,
            known,
            file.getString("file"),
            file.hasPath("resource") ? file.getString("resource") : "",
            file.getString("sha256").toLowerCase(Locale.ROOT),
            file.getBytes("bytes"));
      }
    }
    throw new ManifestInvalidException(
        "files.role is '" + role + "'; it must be model, tokenizer or data");
  }

  private static boolean isPlain(String file) {
    Path path = Path.of(file);
    return !file.isBlank()
        && !path.isAbsolute()
        && path.normalize().equals(path)
        && !path.startsWith("..");
  }
}
