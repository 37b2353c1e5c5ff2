package io.mainstay.runtime.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** What can be said about an input before anything is asked of a node. */
public final class InputFile {
  private InputFile() {}

  /** The rest (size, encoding, length of lines) is judged by the node, whose limits they are. */
  public static void checkReadable(Path file) {
    if (!Files.exists(file)) {
      throw CliFailure.usage(
          "--input " + file + " does not exist", "name a UTF-8 text with one document a line");
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
}
