package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  @TempDir Path directory;

  private Path file(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  @Test
  void directory_givesItsFilesInTheOrderOfTheirNames_withoutHiddenOnesAndSubdirectories()
      throws IOException {
    Path second = file("photos/b.png");
    Path first = file("photos/a.png");
    file("photos/.hidden.png");
    file("photos/more/c.png");
    assertEquals(List.of(first, second), InputFiles.of(List.of(directory.resolve("photos"))));
  }

  @Test
  void several_stayInTheOrderGiven_directoriesAmongThem() throws IOException {
    Path inside = file("photos/x.png");
    Path z = file("z.png");
    Path a = file("a.png");
    assertEquals(List.of(z, inside, a), InputFiles.of(List.of(z, directory.resolve("photos"), a)));
  }

  @Test
  void directory_withoutFiles_isRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    CliFailure refused = assertThrows(CliFailure.class, () -> InputFiles.of(List.of(empty)));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertTrue(refused.getMessage().contains("holds no files"), refused.getMessage());
  }
}
