package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.GraphBounds;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.ModelManifest.Role;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the files of a model against its manifest, without loading them: where they lie, whether
 * they look like ONNX of a version that we run, whether each graph is the component that it is
 * named for, size, hash. Blocking; call it where blocking is meant to be.
 */
final class ModelFiles {
  private static final String COPY_AGAIN = "Copy the file again from where the model came from";

  private final VerifiedFiles verified;
  private final GraphBounds bounds;

  ModelFiles(VerifiedFiles verified, GraphBounds bounds) {
    this.verified = verified;
    this.bounds = bounds;
  }

  /** The first problem of the first file that has one; empty when the model can be loaded. */
  Optional<ModelProblem> check(ModelManifest manifest, Path directory) {
    return problems(manifest, directory).stream().findFirst();
  }

  /** The first problem of each file that has one, in the manifest's order. */
  List<ModelProblem> problems(ModelManifest manifest, Path directory) {
    GraphContract contract = GraphContract.of(manifest);
    List<String> missing = contract.missing(manifest);
    if (!missing.isEmpty()) {
      return List.of(
          new ModelProblem(
              ModelFaultCode.MODEL_COMPONENT_MISSING,
              "the "
                  + manifest.kind()
                  + " model "
                  + manifest.id()
                  + " lists no component "
                  + String.join(", ", missing),
              "Add the file with that name and the role model to " + ManifestReader.FILE_NAME));
    }
    List<ModelProblem> problems = new ArrayList<>();
    for (ManifestFile file : manifest.files()) {
      check(file, directory, contract)
          .map(problem -> file.role() == Role.MODEL ? problem.of(file.name()) : problem)
          .ifPresent(problems::add);
    }
    return problems;
  }

  /** The component in a file that was checked before. */
  ModelDescriptor.Component component(ManifestFile file, Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      return OnnxHeader.inspect(channel) instanceof OnnxHeader.Plausible sound
          ? new ModelDescriptor.Component(
              file.name(),
              path,
              file.sha256(),
              file.bytes(),
              sound.opset(),
              sound.graph().ports(),
              "")
          : new ModelDescriptor.Component(file.name(), path, file.sha256(), file.bytes(), 0);
    }
  }

  /** Whether a component that was checked before is still the same file. */
  Optional<ModelProblem> changed(ModelDescriptor.Component component) {
    try {
      if (!Files.isRegularFile(component.path())) {
        return problem(
                ModelFaultCode.MODEL_FILE_MISSING,
                component.path() + " of " + component.from() + " is not there any more",
                COPY_AGAIN)
            .map(problem -> problem.of(component.name()));
      }
      return checkContent(
              component.path(),
              new ManifestFile(
                  component.name(),
                  Role.MODEL,
                  component.path().toString(),
                  "",
                  component.sha256(),
                  component.bytes()))
          .map(problem -> problem.of(component.name()));
    } catch (IOException unreadable) {
      return problem(
              ModelFaultCode.MODEL_FILE_UNREADABLE,
              component.path() + " cannot be read: " + unreadable.getMessage(),
              "Check the disk, then copy the file again")
          .map(problem -> problem.of(component.name()));
    }
  }

  /** Files that such a graph keeps weights in, relative to its own directory. */
  List<String> external(Path graph) throws IOException {
    try (FileChannel channel = FileChannel.open(graph)) {
      return OnnxHeader.inspect(channel) instanceof OnnxHeader.Plausible sound
          ? sound.external()
          : List.of();
    }
  }

  private Optional<ModelProblem> check(
      ManifestFile expected, Path directory, GraphContract contract) {
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
        Optional<ModelProblem> shape = checkGraph(file, home, expected, contract);
        if (shape.isPresent()) {
          return shape;
        }
      }
      return checkContent(file, expected);
    } catch (NoSuchFileException missing) {
      return contract.needs(expected)
          ? problem(
              ModelFaultCode.MODEL_COMPONENT_MISSING,
              "the component " + expected.name() + ", " + file + ", is not there",
              COPY_AGAIN)
          : problem(
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

  private Optional<ModelProblem> checkGraph(
      Path file, Path home, ManifestFile expected, GraphContract contract) throws IOException {
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
    OnnxHeader.Plausible header = (OnnxHeader.Plausible) finding;
    long opset = header.opset();
    if (opset != 0 && (opset < bounds.opsetMin() || opset > bounds.opsetMax())) {
      return problem(
          ModelFaultCode.MODEL_OPSET_UNSUPPORTED,
          String.format(
              "the component %s, %s, uses the operator set %d; supported are %d to %d",
              expected.name(), file, opset, bounds.opsetMin(), bounds.opsetMax()),
          "Export it again with an operator set in that range");
    }
    Optional<String> mismatch = contract.mismatch(expected.name(), header.graph());
    if (mismatch.isPresent()) {
      return problem(
          ModelFaultCode.MODEL_COMPONENT_MISMATCH,
          "the component " + expected.name() + ", " + file + ", is another: " + mismatch.get(),
          "Put each component's own file in its place, or export it with those names and types");
    }
    return checkExternal(file, home, header.external());
  }

  private static Optional<ModelProblem> checkExternal(Path file, Path home, List<String> locations)
      throws IOException {
    for (String location : locations) {
      // Relative to the graph, as ONNX Runtime reads it.
      Path external = file.toRealPath().getParent().resolve(location);
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
    if (expected.sha256().isEmpty()) {
      // Nothing is promised of it: a manifest is being made.
      return Optional.empty();
    }
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
