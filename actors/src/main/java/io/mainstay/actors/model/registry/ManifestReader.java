package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.ModelManifest.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
        config.hasPath("text") ? Optional.of(text(config.getConfig("text"))) : Optional.empty(),
        config.getString("licence"));
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

  private static TextSignature text(Config text) {
    return new TextSignature(
        text.getString("input-ids"),
        text.getString("attention-mask"),
        text.hasPath("token-type-ids") ? text.getString("token-type-ids") : "",
        text.getString("output"),
        text.getInt("dimensions"),
        text.getInt("tokens-max"));
  }

  private static void check(ModelManifest manifest) throws ManifestInvalidException {
    require(NAME.matcher(manifest.id()).matches(), "id", manifest.id(), "1 to 64 of A-Za-z0-9._-");
    require(
        NAME.matcher(manifest.version()).matches(),
        "version",
        manifest.version(),
        "1 to 64 of A-Za-z0-9._-");
    require(manifest.memoryBytes() > 0, "memory", manifest.memoryBytes() + " bytes", "more than 0");
    require(
        !manifest.components().isEmpty(),
        "files",
        manifest.files().size() + " files without a model",
        "at least one with the role model");
    Set<String> names = new HashSet<>();
    for (ManifestFile file : manifest.files()) {
      require(names.add(file.file()), "files.file", file.file(), "unique");
      require(isPlain(file.file()), "files.file", file.file(), "a path below the directory");
      require(
          SHA256.matcher(file.sha256()).matches(), "files.sha256", file.sha256(), "64 hex digits");
      require(file.bytes() > 0, "files.bytes", String.valueOf(file.bytes()), "more than 0");
    }
    if (manifest.kind().equals("text-embedding")) {
      require(manifest.text().isPresent(), "text", "absent", "given for a text-embedding model");
      require(manifest.tokenizer().isPresent(), "files", "no tokenizer", "one with that role");
    }
    if (manifest.text().isPresent()) {
      TextSignature text = manifest.text().get();
      require(text.dimensions() > 0, "text.dimensions", "" + text.dimensions(), "more than 0");
      require(text.tokensMax() >= 3, "text.tokens-max", "" + text.tokensMax(), "at least 3");
    }
  }

  private static boolean isPlain(String file) {
    Path path = Path.of(file);
    return !file.isBlank()
        && !path.isAbsolute()
        && path.normalize().equals(path)
        && !path.startsWith("..");
  }

  private static void require(boolean holds, String field, String value, String bound)
      throws ManifestInvalidException {
    if (!holds) {
      throw new ManifestInvalidException(field + " is " + value + "; it must be " + bound);
    }
  }
}
