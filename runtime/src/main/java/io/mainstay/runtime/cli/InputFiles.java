package io.mainstay.runtime.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What can be said about inputs before anything is asked of a node. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * The files to send, in order: each named one, and for a directory its regular files in the order
   * of their names, without hidden ones and without what is in its subdirectories. The rest (size,
   * encoding, length of lines) is judged by the node, whose limits they are; how many there may be,
   * by the client.
   *
   * @throws CliFailure when one cannot be read, or a directory has none
   */
  public static List<Path> of(List<Path> named) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path each : named) {
      if (Files.isDirectory(each)) {
        files.addAll(inside(each));
      } else {
        files.add(each);
      }
    }
    files.forEach(InputFiles::checkReadable);
    return List.copyOf(files);
  }

  /** One file that is there, is no directory and may be read. */
  public static void checkReadable(Path file) {
    if (!Files.exists(file)) {
      throw CliFailure.usage(
          "--input " + file + " does not exist",
          "name a UTF-8 text with one document a line, or pictures");
    }
    if (Files.isDirectory(file)) {
      throw CliFailure.usage(
          "--input " + file + " is a directory", "name a UTF-8 text with one document a line");
    }
    if (!Files.isReadable(file)) {
      throw CliFailure.usage(
          "--input " + file + " is not readable for user " + System.getProperty("user.name"),
          "chmod u+r " + file);
    }
  }

  private static List<Path> inside(Path directory) throws IOException {
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw CliFailure.usage(
          "--input " + directory + " is not readable for user " + System.getProperty("user.name"),
          "chmod u+rx " + directory);
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files =
          entries
              .filter(entry -> !entry.getFileName().toString().startsWith("."))
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
              .toList();
    }
    if (files.isEmpty()) {
      throw CliFailure.usage(
          "--input " + directory + " holds no files (hidden ones and subdirectories do not count)",
          "name a directory with the files to work on");
    }
    return files;
  }
}
