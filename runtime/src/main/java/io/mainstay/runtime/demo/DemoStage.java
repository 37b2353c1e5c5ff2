package io.mainstay.runtime.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the demo works.
 *
 * @param input one document a line
 * @param output where the results of the disturbed run go; they stay there
 * @param undisturbed where those of the run to compare with go
 */
public record DemoStage(Path input, Path output, Path undisturbed) {
  /**
   * Makes the directories, and the input when there is none.
   *
   * @param input or null for the demo's own sentences
   */
  public static DemoStage prepare(Path input, Path output, Path scratch) throws IOException {
    Files.createDirectories(output);
    Path undisturbed = Files.createDirectories(scratch.resolve("undisturbed"));
    return new DemoStage(
        input == null ? Corpus.writeTo(scratch) : input.toAbsolutePath(), output, undisturbed);
  }
}
