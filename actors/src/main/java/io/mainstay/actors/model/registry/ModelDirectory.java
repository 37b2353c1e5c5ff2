package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks at one directory that may hold a model: one with a manifest, or one in the diffusers
 * layout, whose manifest is derived. Any other directory is none. Blocking.
 */
final class ModelDirectory {
  private static final String ANOTHER_FILE = "";

  private final ModelSettings settings;
  private final ModelFiles files;
  private final Signatures signatures;
  private final DiffusersLayout layout;

  ModelDirectory(ModelSettings settings, VerifiedFiles verified) {
    this.settings = settings;
    this.files = new ModelFiles(verified, settings.graphs());
    this.signatures = new Signatures(settings.manifestBytesMax());
    this.layout =
        new DiffusersLayout(verified, files, settings.derived(), settings.manifestBytesMax());
  }

  /** The model in there, sound or broken; empty if there is none. */
  Optional<ScannedModel> scan(Path directory) {
    String name = directory.getFileName().toString();
    String origin = directory.toString();
    try {
      requireInside(directory);
      Optional<ModelManifest> manifest = manifest(directory);
      return manifest.map(found -> describe(found, directory, origin));
    } catch (ModelProblemException broken) {
      return Optional.of(ScannedModel.Broken.unread(name, origin, broken.problem()));
    } catch (ManifestInvalidException invalid) {
      return Optional.of(
          ScannedModel.Broken.unread(
              name,
              origin,
              new ModelProblem(
                  ModelFaultCode.MODEL_MANIFEST_INVALID,
                  directory.resolve(ManifestReader.FILE_NAME)
                      + " is no manifest: "
                      + invalid.getMessage(),
                  "Correct the manifest, then rescan the models")));
    } catch (IOException unreadable) {
      return Optional.of(
          ScannedModel.Broken.unread(
              name,
              origin,
              new ModelProblem(
                  ModelFaultCode.MODEL_FILE_UNREADABLE,
                  origin + " cannot be read: " + unreadable,
                  "Let the node's user read it and what is in it; text must be UTF-8")));
    }
  }

  /** Whether a component that was found sound before is still the same file. */
  Optional<ModelProblem> changed(ModelDescriptor.Component component) {
    return files.changed(component);
  }

  /** The model of that manifest, its files checked. */
  ScannedModel describe(ModelManifest manifest, Path home, String origin) {
    List<ModelProblem> problems = files.problems(manifest, home);
    if (!problems.isEmpty()) {
      Set<String> faulty = new HashSet<>();
      problems.forEach(problem -> faulty.add(problem.component()));
      return ScannedModel.Broken.of(
          manifest, origin, problems.get(0), remains(manifest, home, origin, faulty));
    }
    try {
      return new ScannedModel.Sound(
          descriptor(manifest, home, origin, Set.of(), signatures.of(manifest, home)));
    } catch (ModelProblemException broken) {
      return ScannedModel.Broken.of(
          manifest,
          origin,
          broken.problem(),
          remains(manifest, home, origin, Set.of(ANOTHER_FILE)));
    } catch (IOException unreadable) {
      return ScannedModel.Broken.of(
          manifest,
          origin,
          new ModelProblem(
              ModelFaultCode.MODEL_FILE_UNREADABLE,
              "a file of " + origin + " cannot be read any more: " + unreadable,
              "Check the disk, then rescan the models"));
    }
  }

  private Optional<ModelManifest> manifest(Path directory)
      throws ModelProblemException, ManifestInvalidException, IOException {
    Path manifest = directory.resolve(ManifestReader.FILE_NAME);
    if (Files.exists(manifest)) {
      return Optional.of(ManifestReader.read(text(manifest, directory)));
    }
    if (DiffusersLayout.claims(directory)) {
      return Optional.of(layout.derive(directory));
    }
    if (hasOnnx(directory)) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_MANIFEST_MISSING,
          directory + " holds an ONNX file and no " + ManifestReader.FILE_NAME,
          "Write " + manifest + " with id, version, kind, licence, memory, files");
    }
    return Optional.empty();
  }

  private String text(Path manifest, Path directory) throws ModelProblemException, IOException {
    if (!manifest.toRealPath().startsWith(directory.toRealPath())) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_FILE_OUTSIDE,
          manifest + " is a link out of its model's directory",
          "Replace the link by the file itself");
    }
    if (Files.size(manifest) > settings.manifestBytesMax()) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_MANIFEST_INVALID,
          manifest
              + " has "
              + Files.size(manifest)
              + " bytes; at most "
              + settings.manifestBytesMax(),
          "Shorten it, or raise mainstay.model.manifest-max");
    }
    return Files.readString(manifest);
  }

  private static void requireInside(Path directory) throws ModelProblemException, IOException {
    Path root = directory.getParent().toRealPath();
    if (!directory.toRealPath().startsWith(root)) {
      throw new ModelProblemException(
          ModelFaultCode.MODEL_FILE_OUTSIDE,
          directory + " is a link to " + directory.toRealPath() + ", outside " + root,
          "Replace the link by the directory itself, or add its parent to"
              + " mainstay.model.directories");
    }
  }

  /** Bad files are not touched: they may be links out of the directory, or no files at all. */
  private Optional<ScannedModel.Remains> remains(
      ModelManifest manifest, Path home, String origin, Set<String> faulty) {
    try {
      ModelSignature signature =
          faulty.contains(ANOTHER_FILE)
              ? manifest.sections().named()
              : signatures.of(manifest, home);
      return Optional.of(
          new ScannedModel.Remains(descriptor(manifest, home, origin, faulty, signature), faulty));
    } catch (ModelProblemException | IOException unreadable) {
      // What is wrong with it is said already; nothing can stand in for a part of it.
      return Optional.empty();
    }
  }

  private ModelDescriptor descriptor(
      ModelManifest manifest,
      Path home,
      String origin,
      Set<String> faulty,
      ModelSignature signature)
      throws IOException {
    List<ModelDescriptor.Component> components = new ArrayList<>();
    for (ManifestFile file : manifest.components()) {
      Path path = absolute(home, file);
      components.add(
          faulty.contains(file.name())
              ? new ModelDescriptor.Component(file.name(), path, file.sha256(), file.bytes(), 0)
              : files.component(file, path));
    }
    return new ModelDescriptor(
        manifest.id(),
        manifest.version(),
        manifest.kind(),
        components,
        manifest.tokenizer().map(file -> absolute(home, file)).orElse(null),
        manifest.memoryBytes(),
        manifest.batchInvariant(),
        signature,
        manifest.licence(),
        origin,
        manifest.traits());
  }

  private static Path absolute(Path home, ManifestFile file) {
    return home.resolve(file.file()).toAbsolutePath();
  }

  private static boolean hasOnnx(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(entry -> entry.getFileName().toString().endsWith(".onnx"));
    }
  }
}
