package io.mainstay.actors.postprocessing.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputRootsTest {
  @TempDir Path directory;
  private Path root;
  private OutputRoots roots;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    roots = new OutputRoots(List.of(root));
  }

  private String cause(String asked) {
    Refusal refusal = roots.check(asked).orElseThrow();
    assertEquals("output_directory_refused", refusal.code());
    return refusal.getMessage();
  }

  @Test
  void check_belowARoot_isFine_whetherItExistsOrNot() throws IOException {
    assertEquals(Optional.empty(), roots.check(root.toString()));
    assertEquals(Optional.empty(), roots.check(root.resolve("a/b/c").toString()));
    assertEquals(Optional.empty(), roots.check(root.resolve("a/../b").toString()));
    Files.createDirectories(root.resolve("there"));
    assertEquals(Optional.empty(), roots.check(root.resolve("there").toString()));
  }

  @Test
  void check_outsideOfTheRoots_namesTheSetting() {
    assertTrue(cause(directory.toString()).contains("mainstay.output.roots"));
    assertTrue(cause(root + "/../elsewhere").contains("outside"));
    assertTrue(cause(root + "-but-longer").contains("outside"));
    assertTrue(
        new OutputRoots(List.of()).check(root.toString()).orElseThrow().remedy().contains("fetch"));
  }

  @Test
  void check_throughALink_isJudgedByWhereItLeads() throws IOException {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    assertTrue(cause(root.resolve("link/x").toString()).contains("outside"));
  }

  @Test
  void check_whenItIsNoDirectory_saysSo() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "x");
    assertTrue(cause(file.toString()).contains("not a directory"));
    assertTrue(cause(file.resolve("below").toString()).contains("not a directory"));
  }

  @Test
  void check_whenItIsNotAbsolute_saysSo() {
    assertTrue(cause("out").contains("not absolute"));
  }

  @Test
  void roots_mustBeAbsolute() {
    assertThrows(IllegalArgumentException.class, () -> new OutputRoots(List.of(Path.of("out"))));
  }
}
