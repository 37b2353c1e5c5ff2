package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.DerivedDefaults;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.ModelManifest.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Makes the manifest of a directory in the diffusers ONNX layout that has none: {@code
 * model_index.json} with {@code text_encoder}, {@code unet}, {@code vae_decoder}, {@code tokenizer}
 * and {@code scheduler}. Its id is the name of the directory, its version the beginning of a hash
 * over all hashes, its memory an estimate: bytes of the graphs with their data, times {@code
 * memory-factor}, plus {@code memory-extra} of {@code mainstay.model.derived}. Blocking.
 */
final class DiffusersLayout {
  /** What tells the layout. */
  static final String INDEX = "model_index.json";

  private static final List<String> COMPONENTS = List.of("text_encoder", "unet", "vae_decoder");
  private static final List<String> DATA =
      List.of(
          INDEX,
          ImageFiles.UNET,
          ImageFiles.VAE,
          ImageFiles.SCHEDULER,
          ImageFiles.TOKENIZER_CONFIG);
  private static final int VERSION_LETTERS = 12;

  /** SPDX's word for what nobody has stated. */
  private static final String LICENCE = "NOASSERTION";

  private final VerifiedFiles verified;
  private final ModelFiles files;
  private final DerivedDefaults defaults;
  private final long bytesMax;

  DiffusersLayout(
      VerifiedFiles verified, ModelFiles files, DerivedDefaults defaults, long bytesMax) {
    this.verified = verified;
    this.files = files;
    this.defaults = defaults;
    this.bytesMax = bytesMax;
  }

  /** Whether that directory claims to be one; also one whose index was forgotten. */
  static boolean claims(Path directory) {
    return Files.exists(directory.resolve(INDEX))
        || Files.exists(directory.resolve(graph("unet")))
            && Files.exists(directory.resolve(graph("vae_decoder")));
  }

  /** The manifest that would stand there; every file was checked and hashed. */
  ModelManifest derive(Path directory)
      throws ModelProblemException, ManifestInvalidException, IOException {
    String id = directory.getFileName().toString();
    ManifestReader.requireName("the directory's name, which is the model's id,", id);
    ModelJson.read(directory, INDEX, bytesMax);
    List<ManifestFile> plain = new ArrayList<>();
    for (String component : COMPONENTS) {
      plain.add(file(component, Role.MODEL, graph(component)));
    }
    plain.add(file("tokenizer", Role.TOKENIZER, ImageFiles.TOKENIZER));
    DATA.forEach(name -> plain.add(file(name, Role.DATA, name)));
    for (ManifestFile file : plain) {
      ModelJson.present(directory, file.file());
    }
    ImageLimits limits = new ImageFiles(directory, bytesMax).limits(defaults);
    ModelManifest unhashed = manifest(id, "unhashed", plain, 1, limits);
    // Before anything is read whole: a link may lead to a device.
    Optional<ModelProblem> problem = files.check(unhashed, directory);
    if (problem.isPresent()) {
      throw new ModelProblemException(
          problem.get().code(), problem.get().cause(), problem.get().remedy());
    }
    for (String component : COMPONENTS) {
      Path parent = Path.of(graph(component)).getParent();
      for (String external : files.external(directory.resolve(graph(component)))) {
        String name = parent.resolve(external).normalize().toString();
        plain.add(file(name, Role.DATA, name));
      }
    }
    List<ManifestFile> hashed = new ArrayList<>();
    for (ManifestFile file : plain) {
      hashed.add(hashed(file, directory));
    }
    ModelManifest manifest = manifest(id, version(hashed), hashed, memoryBytes(hashed), limits);
    ManifestReader.check(manifest);
    return manifest;
  }

  /** Of the graphs and of the files that hold their weights. */
  private long memoryBytes(List<ManifestFile> hashed) {
    long graphs =
        hashed.stream()
            .filter(file -> file.role() == Role.MODEL || isWeights(file))
            .mapToLong(ManifestFile::bytes)
            .sum();
    return (long) (graphs * defaults.memoryFactor()) + defaults.memoryExtraBytes();
  }

  private static boolean isWeights(ManifestFile file) {
    return file.role() == Role.DATA && !DATA.contains(file.name());
  }

  private ManifestFile hashed(ManifestFile file, Path directory) throws IOException {
    Path path = directory.resolve(file.file());
    return new ManifestFile(
        file.name(), file.role(), file.file(), "", verified.sha256(path), Files.size(path));
  }

  private static String version(List<ManifestFile> hashed) {
    MessageDigest digest = VerifiedFiles.digest();
    hashed.forEach(file -> digest.update(HexFormat.of().parseHex(file.sha256())));
    return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_LETTERS);
  }

  private static ModelManifest manifest(
      String id, String version, List<ManifestFile> files, long memoryBytes, ImageLimits limits) {
    return new ModelManifest(
        id,
        version,
        KindSections.TEXT_TO_IMAGE,
        files,
        memoryBytes,
        false,
        LICENCE,
        new ModelTraits(List.of(KindSections.TEXT_TO_IMAGE), "", List.of()),
        COMPONENTS,
        new KindSections(
            Optional.empty(), Optional.of(limits), Optional.empty(), Optional.empty()));
  }

  private static String graph(String component) {
    return component + "/model.onnx";
  }

  private static ManifestFile file(String name, Role role, String file) {
    return new ManifestFile(name, role, file, "", "", 0);
  }
}
