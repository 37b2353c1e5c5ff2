package io.mainstay.persistence.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @Test
  void open_createsItForItsOwnerAlone(@TempDir Path temp) throws Exception {
    Path path = temp.resolve("a/b");
    try (DataDirectory directory = DataDirectory.open(path)) {
      assertEquals(path.toRealPath(), directory.path());
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
  }

  @Test
  void open_whenThisProcessHoldsIt_isRefusedAndTheLockStays(@TempDir Path path) throws Exception {
    try (DataDirectory held = DataDirectory.open(path)) {
      DataDirectoryProblem problem =
          assertThrows(DataDirectoryProblem.class, () -> DataDirectory.open(held.path()));
      assertEquals(Kind.IN_USE, problem.kind());
      assertTrue(problem.getMessage().contains("process " + ProcessHandle.current().pid()));
      assertTrue(problem.remedy().contains("--data"));
      assertEquals("IN_USE " + ProcessHandle.current().pid(), openElsewhere(path));
    }
    DataDirectory.open(path).close();
  }

  @Test
  void open_whenTheHolderWasKilled_succeeds(@TempDir Path path) throws Exception {
    Process holder = elsewhere(path, "hold");
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("OPEN", out.readLine());
      DataDirectoryProblem problem =
          assertThrows(DataDirectoryProblem.class, () -> DataDirectory.open(path));
      assertTrue(problem.getMessage().contains("process " + holder.pid()), problem.getMessage());
    } finally {
      holder.destroyForcibly();
      assertTrue(holder.waitFor(10, TimeUnit.SECONDS));
    }
    DataDirectory.open(path).close();
  }

  @Test
  void open_onAFile_saysThatItIsNotADirectory(@TempDir Path temp) throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertEquals(Kind.NOT_A_DIRECTORY, refused(file).kind());
    assertEquals(Kind.NOT_A_DIRECTORY, refused(file.resolve("below")).kind());
  }

  /** Real for every user, root included: nothing can be created below /proc. */
  @Test
  void open_whereNothingCanBeCreated_isRefused() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc");
    DataDirectoryProblem problem = refused(Path.of("/proc/mainstay"));
    assertFalse(problem.remedy().isBlank());
    assertTrue(problem.getMessage().contains("/proc/mainstay"));
  }

  @Test
  void open_onAReadOnlyMount_isRefused() throws IOException {
    Path sys = Path.of("/sys");
    assumeTrue(
        Files.isDirectory(sys) && Files.getFileStore(sys).isReadOnly(),
        "no read-only mount here; problem() is tested below instead");
    assertEquals(Kind.READ_ONLY, refused(sys.resolve("mainstay")).kind());
  }

  @Test
  void problem_namesWhatTheOperatingSystemSaid() {
    assertEquals(Kind.READ_ONLY, kind(new FileSystemException("d", null, "Read-only file system")));
    assertEquals(
        Kind.DISK_FULL, kind(new FileSystemException("d", null, "No space left on device")));
    assertEquals(Kind.DISK_FULL, kind(new IOException("Disk quota exceeded")));
    assertEquals(Kind.PERMISSION_DENIED, kind(new AccessDeniedException("d")));
    assertEquals(Kind.NOT_A_DIRECTORY, kind(new FileSystemException("d", null, "Not a directory")));
    assertEquals(Kind.FAILED, kind(new IOException("odd")));
  }

  private static Kind kind(IOException cause) {
    DataDirectoryProblem problem = DataDirectory.problem(Path.of("/d"), "create", cause);
    assertTrue(problem.getMessage().startsWith("Cannot create data directory /d: "));
    assertFalse(problem.remedy().isBlank());
    return problem.kind();
  }

  private static DataDirectoryProblem refused(Path path) {
    return assertThrows(DataDirectoryProblem.class, () -> DataDirectory.open(path));
  }

  private static String openElsewhere(Path path) throws Exception {
    Process process = elsewhere(path, "try");
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return out;
  }

  private static Process elsewhere(Path path, String mode) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OtherOpener.class.getName(),
            path.toString(),
            mode)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
