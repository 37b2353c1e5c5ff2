package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.Substitution;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds models: each subdirectory of the models directories that holds one ({@link
 * ModelDirectory}), then the class-path bundles. A model that is broken is reported so, and
 * everything else goes on. Blocking: reads every file once in its life, later only its marker.
 */
public final class ModelScanner {
  /** Where the manifest of a bundle lies on the class path. */
  private static final String BUNDLE_MANIFEST = "mainstay/models/%s/" + ManifestReader.FILE_NAME;

  private static final String CLASS_PATH = "classpath:";

  private final ModelSettings settings;
  private final VerifiedFiles verified;
  private final ModelDirectory directories;
  private final BundleCache bundles;
  private final ClassLoader resources;

  /** Scans what those settings name; {@code resources} finds the bundles. */
  public ModelScanner(ModelSettings settings, ClassLoader resources) {
    this(settings, resources, new VerifiedFiles(markers(settings)));
  }

  ModelScanner(ModelSettings settings, ClassLoader resources, VerifiedFiles verified) {
    this.verified = verified;
    this.settings = settings;
    this.directories = new ModelDirectory(settings, verified);
    this.bundles =
        new BundleCache(settings.cacheDirectory().resolve("models"), verified, resources);
    this.resources = resources;
  }

  /** Where it is remembered which files were hashed. */
  static Path markers(ModelSettings settings) {
    return settings.cacheDirectory().resolve("verified");
  }

  /** Every model, in the order of directories, names and bundles. */
  public List<ScannedModel> scan() {
    List<ScannedModel> found = new ArrayList<>();
    for (Path directory : settings.directories()) {
      for (Path candidate : subdirectories(directory)) {
        directories.scan(candidate).ifPresent(found::add);
      }
    }
    for (String id : settings.bundled()) {
      found.add(scanBundle(id));
    }
    return found;
  }

  /** Looks at one model again, where its scan found it; a lost class-path file is written again. */
  public ScannedModel again(ModelDescriptor descriptor) {
    return Substitution.of(descriptor.id())
        .map(substitution -> again(descriptor, substitution))
        .orElseGet(() -> again(descriptor.id(), descriptor.origin()));
  }

  ScannedModel again(ScannedModel model) {
    if (model instanceof ScannedModel.Sound sound) {
      return again(sound.descriptor());
    }
    ScannedModel.Broken broken = (ScannedModel.Broken) model;
    return Substitution.of(broken.id()).isPresent() && broken.remains().isPresent()
        ? again(broken.remains().get().model())
        : again(broken.id(), broken.origin());
  }

  /** What is wrong with the component that it does without does not matter. */
  private ScannedModel again(ModelDescriptor model, Substitution substitution) {
    ModelDescriptor.Component substitute = model.component(substitution.component()).orElseThrow();
    ScannedModel base = again(substitution.base(), model.origin());
    Optional<ModelProblem> problem = directories.changed(substitute);
    if (problem.isEmpty() && base instanceof ScannedModel.Broken broken) {
      boolean matters =
          broken.remains().isEmpty()
              || !Set.of(substitution.component()).containsAll(broken.remains().get().faulty());
      problem = matters ? Optional.of(broken.problem()) : Optional.empty();
    }
    if (problem.isPresent()) {
      return ModelRegistry.of(List.of()).broken(model, problem.get()).scanned(model.id());
    }
    List<ModelDescriptor.Component> own =
        base instanceof ScannedModel.Sound sound
            ? sound.descriptor().components()
            : ((ScannedModel.Broken) base).remains().orElseThrow().model().components();
    return new ScannedModel.Sound(
        model.withComponents(
            own.stream()
                .map(part -> part.name().equals(substitute.name()) ? substitute : part)
                .toList()));
  }

  private ScannedModel again(String id, String origin) {
    if (origin.startsWith(CLASS_PATH)) {
      return scanBundle(id);
    }
    return directories
        .scan(Path.of(origin))
        .orElseGet(
            () ->
                ScannedModel.Broken.unread(
                    id,
                    origin,
                    new ModelProblem(
                        ModelFaultCode.MODEL_FILE_MISSING,
                        "the directory of the model is gone",
                        "Put it back, or rescan the models")));
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

  /** Whether its files are made from class-path resources. */
  static boolean isBundle(ScannedModel model) {
    return model.origin().startsWith(CLASS_PATH);
  }

  /** Files of a bundle that are not what its manifest says, or missing; nothing is written. */
  List<String> damagedFiles(String id) {
    try (InputStream in = resources.getResourceAsStream(String.format(BUNDLE_MANIFEST, id))) {
      return in == null
          ? List.of()
          : bundles.damaged(
              ManifestReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (ManifestInvalidException | IOException unknown) {
      // What its files should be is not known; a scan says why.
      return List.of();
    }
  }

  private ScannedModel scanBundle(String id) {
    String resource = String.format(BUNDLE_MANIFEST, id);
    String origin = CLASS_PATH + resource;
    try (InputStream in = resources.getResourceAsStream(resource)) {
      if (in == null) {
        return ScannedModel.Broken.unread(
            id,
            origin,
            new ModelProblem(
                ModelFaultCode.MODEL_MANIFEST_MISSING,
                "the class path has no " + resource,
                "Put the jar that holds it on the class path, or take '"
                    + id
                    + "' out of mainstay.model.bundled"));
      }
      ModelManifest manifest =
          ManifestReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return bundles
          .materialize(manifest)
          .<ScannedModel>map(problem -> ScannedModel.Broken.of(manifest, origin, problem))
          .orElseGet(() -> directories.describe(manifest, bundles.home(manifest), origin));
    } catch (ManifestInvalidException | IOException invalid) {
      return ScannedModel.Broken.unread(
          id,
          origin,
          new ModelProblem(
              ModelFaultCode.MODEL_MANIFEST_INVALID,
              resource + " is no manifest: " + invalid.getMessage(),
              "Fetch the jar that holds it again"));
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
}
