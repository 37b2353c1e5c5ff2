package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds models: each subdirectory of the models directories that holds a manifest, then the
 * class-path bundles. A model that is broken is reported so, and everything else goes on. Blocking:
 * reads every file once in its life, later only its marker.
 */
public final class ModelScanner {
  /** Where the manifest of a bundle lies on the class path. */
  private static final String BUNDLE_MANIFEST = "mainstay/models/%s/" + ManifestReader.FILE_NAME;

  private static final String CLASS_PATH = "classpath:";

  private final ModelSettings settings;
  private final VerifiedFiles verified;
  private final ModelFiles files;
  private final BundleCache bundles;
  private final ClassLoader resources;

  /** Scans what those settings name; {@code resources} finds the bundles. */
  public ModelScanner(ModelSettings settings, ClassLoader resources) {
    this.verified = new VerifiedFiles(settings.cacheDirectory().resolve("verified"));
    this.settings = settings;
    this.files = new ModelFiles(verified);
    this.bundles =
        new BundleCache(settings.cacheDirectory().resolve("models"), verified, resources);
    this.resources = resources;
  }

  /** Every model, in the order of directories, names and bundles. */
  public List<ScannedModel> scan() {
    List<ScannedModel> found = new ArrayList<>();
    for (Path directory : settings.directories()) {
      for (Path candidate : subdirectories(directory)) {
        scanDirectory(candidate).ifPresent(found::add);
      }
    }
    for (String id : settings.bundled()) {
      found.add(scanBundle(id));
    }
    return found;
  }

  /** Looks at one model again, where its scan found it; a lost class-path file is written again. */
  public ScannedModel again(ModelDescriptor descriptor) {
    if (descriptor.origin().startsWith(CLASS_PATH)) {
      return scanBundle(descriptor.id());
    }
    Path directory = Path.of(descriptor.origin());
    return scanDirectory(directory)
        .orElseGet(
            () ->
                broken(
                    descriptor.id(),
                    descriptor.origin(),
                    ModelFaultCode.MODEL_FILE_MISSING,
                    "the directory of the model is gone",
                    "Put it back, or rescan the models"));
  }

  /** The next look at that model hashes its files again, such as after a worker refused them. */
  public void distrust(ModelDescriptor model) {
    for (ModelDescriptor.Component component : model.components()) {
      try {
        verified.forget(component.path());
      } catch (IOException unreachable) {
        // Where markers cannot be removed they cannot be read either: it is hashed again anyway.
        continue;
      }
    }
  }

  private Optional<ScannedModel> scanDirectory(Path directory) {
    String name = directory.getFileName().toString();
    String origin = directory.toString();
    Path manifestFile = directory.resolve(ManifestReader.FILE_NAME);
    try {
      Path root = directory.getParent().toRealPath();
      if (!directory.toRealPath().startsWith(root)) {
        return Optional.of(
            broken(
                name,
                origin,
                ModelFaultCode.MODEL_FILE_OUTSIDE,
                origin + " is a link to " + directory.toRealPath() + ", outside " + root,
                "Replace the link by the directory itself, or add its parent to"
                    + " mainstay.model.directories"));
      }
      if (!Files.exists(manifestFile)) {
        return hasOnnx(directory)
            ? Optional.of(
                broken(
                    name,
                    origin,
                    ModelFaultCode.MODEL_MANIFEST_MISSING,
                    origin + " holds an ONNX file and no " + ManifestReader.FILE_NAME,
                    "Write " + manifestFile + " with id, version, kind, licence, memory, files"))
            : Optional.empty();
      }
      if (!manifestFile.toRealPath().startsWith(directory.toRealPath())) {
        return Optional.of(
            broken(
                name,
                origin,
                ModelFaultCode.MODEL_FILE_OUTSIDE,
                manifestFile + " is a link out of its model's directory",
                "Replace the link by the file itself"));
      }
      if (Files.size(manifestFile) > settings.manifestBytesMax()) {
        return Optional.of(
            broken(
                name,
                origin,
                ModelFaultCode.MODEL_MANIFEST_INVALID,
                manifestFile
                    + " has "
                    + Files.size(manifestFile)
                    + " bytes; at most "
                    + settings.manifestBytesMax(),
                "Shorten it, or raise mainstay.model.manifest-max"));
      }
      ModelManifest manifest = ManifestReader.read(Files.readString(manifestFile));
      return Optional.of(
          files
              .check(manifest, directory)
              .<ScannedModel>map(problem -> broken(manifest, origin, problem))
              .orElseGet(() -> new ScannedModel.Sound(descriptor(manifest, directory, origin))));
    } catch (ManifestInvalidException invalid) {
      return Optional.of(
          broken(
              name,
              origin,
              ModelFaultCode.MODEL_MANIFEST_INVALID,
              manifestFile + " is no manifest: " + invalid.getMessage(),
              "Correct the manifest, then rescan the models"));
    } catch (IOException unreadable) {
      return Optional.of(
          broken(
              name,
              origin,
              ModelFaultCode.MODEL_FILE_UNREADABLE,
              manifestFile + " cannot be read: " + unreadable,
              "Write it as UTF-8 text that the node's user may read"));
    }
  }

  private ScannedModel scanBundle(String id) {
    String resource = String.format(BUNDLE_MANIFEST, id);
    String origin = CLASS_PATH + resource;
    try (InputStream in = resources.getResourceAsStream(resource)) {
      if (in == null) {
        return broken(
            id,
            origin,
            ModelFaultCode.MODEL_MANIFEST_MISSING,
            "the class path has no " + resource,
            "Put the jar that holds it on the class path, or take '"
                + id
                + "' out of mainstay.model.bundled");
      }
      ModelManifest manifest =
          ManifestReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      Path home = bundles.home(manifest);
      return bundles
          .materialize(manifest)
          .or(() -> files.check(manifest, home))
          .<ScannedModel>map(problem -> broken(manifest, origin, problem))
          .orElseGet(() -> new ScannedModel.Sound(descriptor(manifest, home, origin)));
    } catch (ManifestInvalidException | IOException invalid) {
      return broken(
          id,
          origin,
          ModelFaultCode.MODEL_MANIFEST_INVALID,
          resource + " is no manifest: " + invalid.getMessage(),
          "Fetch the jar that holds it again");
    }
  }

  private static ModelDescriptor descriptor(ModelManifest manifest, Path home, String origin) {
    return new ModelDescriptor(
        manifest.id(),
        manifest.version(),
        manifest.kind(),
        manifest.components().stream().map(file -> component(file, home)).toList(),
        manifest.tokenizer().map(file -> absolute(home, file)).orElse(null),
        manifest.memoryBytes(),
        manifest.batchInvariant(),
        manifest.text().orElse(null),
        manifest.licence(),
        origin);
  }

  private static ModelDescriptor.Component component(ManifestFile file, Path home) {
    return new ModelDescriptor.Component(
        file.name(), absolute(home, file), file.sha256(), file.bytes());
  }

  private static Path absolute(Path home, ManifestFile file) {
    return home.resolve(file.file()).toAbsolutePath();
  }

  private static boolean hasOnnx(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(entry -> entry.getFileName().toString().endsWith(".onnx"));
    }
  }

  /** In the order of their names; none where the directory is absent or may not be read. */
  private static List<Path> subdirectories(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Collections.emptyList();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isDirectory)
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .map(Path::toAbsolutePath)
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      return Collections.emptyList();
    }
  }

  private static ScannedModel broken(ModelManifest manifest, String origin, ModelProblem problem) {
    return new ScannedModel.Broken(
        manifest.id(), manifest.version(), manifest.kind(), manifest.licence(), origin, problem);
  }

  private static ScannedModel broken(
      String id, String origin, ModelFaultCode code, String cause, String remedy) {
    return new ScannedModel.Broken(id, "", "", "", origin, new ModelProblem(code, cause, remedy));
  }
}
