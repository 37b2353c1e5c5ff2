package io.mainstay.actors.postprocessing.output;

import com.typesafe.config.Config;
import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directories below which a node writes outputs. Symbolic links are followed before the check,
 * so a link cannot lead out of a root.
 *
 * @param roots absolute paths
 */
public record OutputRoots(List<Path> roots) {
  /** Where the setting lies. */
  public static final String PATH = "mainstay.output.roots";

  public OutputRoots {
    roots = List.copyOf(roots);
    for (Path root : roots) {
      if (!root.isAbsolute()) {
        throw new IllegalArgumentException(
            PATH + " holds '" + root + "'; only absolute paths are allowed");
      }
    }
  }

  /** Reads {@link #PATH}. */
  public static OutputRoots of(Config config) {
    return new OutputRoots(config.getStringList(PATH).stream().map(Path::of).toList());
  }

  /** Why the node will not write there, or empty if it will. Touches the disk, writes nothing. */
  public Optional<Refusal> check(String directory) {
    Path asked;
    try {
      asked = Path.of(directory);
    } catch (InvalidPathException invalid) {
      return refuse(directory, "it is not a path", "Give an absolute path");
    }
    if (!asked.isAbsolute()) {
      return refuse(directory, "it is not absolute", "Give an absolute path");
    }
    Path existing = asked.normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return refuse(directory, "nothing on its way exists", "Create it, or give another");
    }
    Path real;
    try {
      real = existing.toRealPath().resolve(existing.relativize(asked.normalize())).normalize();
    } catch (IOException unreadable) {
      return refuse(
          directory, "it cannot be read: " + unreadable.getMessage(), "Check its permissions");
    }
    if (roots.stream().map(OutputRoots::real).noneMatch(real::startsWith)) {
      return refuse(
          directory,
          "it is outside of " + PATH + " = " + roots,
          "Add its parent to " + PATH + ", or leave the directory out and fetch the results");
    }
    if (!Files.isDirectory(existing)) {
      return refuse(directory, existing + " is not a directory", "Give another directory");
    }
    if (!Files.isWritable(existing)) {
      return refuse(
          directory,
          existing + " is not writable for the node's user",
          "Change its permissions, or give another directory");
    }
    return Optional.empty();
  }

  private static Path real(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException absent) {
      // A root that does not exist yet holds nothing; compare it as it is written.
      return root.normalize();
    }
  }

  private static Optional<Refusal> refuse(String directory, String cause, String remedy) {
    return Optional.of(
        Refusal.of(
            "output_directory_refused",
            "The output directory '" + directory + "' cannot be used: " + cause,
            remedy));
  }
}
