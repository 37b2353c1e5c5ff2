package io.mainstay.actors.model.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidentFilesTest {
  @TempDir Path directory;

  @Test
  void read_mapsEveryFileUntilItIsClosed() throws Exception {
    Path one = Files.write(directory.resolve("one.onnx"), new byte[10_000]);
    Path two = Files.write(directory.resolve("two.onnx"), new byte[5_000]);

    ResidentFiles files = ResidentFiles.read(List.of(one, two));

    assertEquals(15_000, files.bytes());
    assertTrue(isMapped(one) && isMapped(two));
    files.close();
    assertFalse(isMapped(one) || isMapped(two));
    files.close();
  }

  @Test
  void read_whenAFileIsMissing_leavesNothingMapped() throws Exception {
    Path one = Files.write(directory.resolve("one.onnx"), new byte[10_000]);

    assertThrows(
        IOException.class,
        () -> ResidentFiles.read(List.of(one, directory.resolve("missing.onnx"))));

    assertFalse(isMapped(one));
  }

  private static boolean isMapped(Path file) throws IOException {
    return Files.readString(Path.of("/proc/self/maps")).contains(file.toRealPath().toString());
  }
}
