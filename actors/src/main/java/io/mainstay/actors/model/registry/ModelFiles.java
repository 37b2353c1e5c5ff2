package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.ModelManifest.Role;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Checks the files of a model against its manifest, without loading them: where they lie, whether
 * they look like ONNX, size, hash. Blocking; call it where blocking is meant to be.
 */
final class ModelFiles {
  private static final String COPY_AGAIN = "Copy the file again from where the model came from";

  private final VerifiedFiles verified;

  ModelFiles(VerifiedFiles verified) {
    this.verified = verified;
  }

  /** The first problem of the first file that has one; empty when the model can be loaded. */
  Optional<ModelProblem> check(ModelManifest manifest, Path directory) {
    for (ManifestFile file : manifest.files()) {
      Optional<ModelProblem> problem = check(file, directory);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<ModelProblem> check(ManifestFile expected, Path directory) {
    Path file = directory.resolve(expected.file());
    try {
      Path home = directory.toRealPath();
      if (!file.toRealPath().startsWith(home)) {
        return problem(
            ModelFaultCode.MODEL_FILE_OUTSIDE,
            file + " is a link to " + file.toRealPath() + ", outside its model's directory",
            "Replace the link by the file itself");
      }
      if (!Files.isRegularFile(file)) {
        return problem(
            ModelFaultCode.MODEL_FILE_UNREADABLE, file + " is no regular file", COPY_AGAIN);
      }
      if (expected.role() == Role.MODEL) {
        Optional<ModelProblem> shape = checkShape(file, home);
        if (shape.isPresent()) {
          return shape;
        }
      }
      return checkContent(file, expected);
    } catch (NoSuchFileException missing) {
      return problem(
          ModelFaultCode.MODEL_FILE_MISSING,
          file + " is named by the manifest and is not there",
          COPY_AGAIN + ", or correct files.file in " + ManifestReader.FILE_NAME);
    } catch (AccessDeniedException denied) {
      return problem(
          ModelFaultCode.MODEL_FILE_UNREADABLE,
          file + " may not be read by this user",
          "Give the node's user the right to read it");
    } catch (IOException unreadable) {
      return problem(
          ModelFaultCode.MODEL_FILE_UNREADABLE,
          file + " cannot be read: " + unreadable.getMessage(),
          "Check the disk, then copy the file again");
    }
  }

  private Optional<ModelProblem> checkShape(Path file, Path home) throws IOException {
    OnnxHeader.Finding finding;
    try (FileChannel channel = FileChannel.open(file)) {
      finding = OnnxHeader.inspect(channel);
    }
    if (finding instanceof OnnxHeader.Truncated truncated) {
      return problem(
          ModelFaultCode.MODEL_FILE_TRUNCATED,
          file + " is cut short: " + truncated.reason(),
          COPY_AGAIN);
    }
    if (finding instanceof OnnxHeader.NotOnnx other) {
      return problem(
          ModelFaultCode.MODEL_NOT_ONNX,
          file + " is not an ONNX model: " + other.reason(),
          "Export the model to ONNX, or correct files.file in " + ManifestReader.FILE_NAME);
    }
    for (String location : ((OnnxHeader.Plausible) finding).external()) {
      Path external = home.resolve(location);
      boolean inside =
          external.normalize().startsWith(home)
              && (!Files.exists(external) || external.toRealPath().startsWith(home));
      if (!inside) {
        return problem(
            ModelFaultCode.MODEL_FILE_OUTSIDE,
            file + " refers to '" + location + "', outside its model's directory",
            "Export the model again with its data beside it");
      }
      if (!Files.isRegularFile(external)) {
        return problem(
            ModelFaultCode.MODEL_FILE_MISSING,
            file + " refers to '" + location + "', which is not there",
            "Copy that file too, and list it in " + ManifestReader.FILE_NAME + " as role data");
      }
    }
    return Optional.empty();
  }

  private Optional<ModelProblem> checkContent(Path file, ManifestFile expected) throws IOException {
    long bytes = Files.size(file);
    if (bytes != expected.bytes()) {
      return problem(
          bytes < expected.bytes()
              ? ModelFaultCode.MODEL_FILE_TRUNCATED
              : ModelFaultCode.MODEL_SIZE_MISMATCH,
          file + " has " + bytes + " bytes, its manifest says " + expected.bytes(),
          COPY_AGAIN + ", or correct files.bytes and files.sha256 if it was replaced on purpose");
    }
    String sha256 = verified.sha256(file);
    if (!sha256.equals(expected.sha256())) {
      return problem(
          ModelFaultCode.MODEL_CHECKSUM_MISMATCH,
          file + " has the SHA-256 " + sha256 + ", its manifest says " + expected.sha256(),
          COPY_AGAIN + ", or correct files.sha256 if it was replaced on purpose");
    }
    return Optional.empty();
  }

  private static Optional<ModelProblem> problem(ModelFaultCode code, String cause, String remedy) {
    return Optional.of(new ModelProblem(code, cause, remedy));
  }
}
