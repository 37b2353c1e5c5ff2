package io.mainstay.actors.consistency.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.ModelFacts.RegisteredFile;
import io.mainstay.actors.consistency.check.SystemFacts;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import io.mainstay.actors.consistency.check.SystemFacts.ModelFile;
import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import io.mainstay.protocol.arena.TensorArena;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against this machine's own kernel. */
class SystemProbeTest {
  private static final long SELF = ProcessHandle.current().pid();
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path directory;

  @Test
  void arena_isSeenAsFileAndMapping_thenAsMappingOnly_thenNotAtAll() throws Exception {
    SystemProbe probe = new SystemProbe(directory, 0);
    ArenaName name = new ArenaName(SELF, "cpu-0", 7);
    TensorArena arena = TensorArena.create(directory, "cpu-0-7-abc", List.of(4096L, 4096L));
    SystemFacts born = probe.read(List.of());
    assertEquals(2, born.files().stream().filter(file -> file.name().equals(name)).count());
    assertTrue(born.mappings().contains(name));
    assertTrue(born.hosts().contains(SELF));
    assertEquals(0, born.descriptors().size());
    arena.unlink();
    SystemFacts used = probe.read(List.of());
    assertEquals(List.of(), used.files());
    assertTrue(used.mappings().contains(name));
    arena.close();
    assertEquals(List.of(), List.copyOf(probe.read(List.of()).mappings()));
  }

  @Test
  void descriptorLeftOpenOnAnArena_isSeen() throws Exception {
    Path file = Files.write(directory.resolve("mainstay-" + SELF + "-x-0"), new byte[64]);
    SystemProbe probe = new SystemProbe(directory, 0);
    try (InputStream open = Files.newInputStream(file)) {
      assertTrue(open.read() >= 0);
      assertEquals(1, probe.read(List.of()).descriptors().size());
    }
    assertEquals(0, probe.read(List.of()).descriptors().size());
  }

  @Test
  void workerProcess_isKnownByItsCommandLine_andKilledByItsIdentityOnly() throws Exception {
    Path binary = directory.resolve("mainstay-worker");
    Files.createSymbolicLink(binary, Path.of("/bin/sh"));
    Process process =
        new ProcessBuilder(
                binary.toString(),
                "-c",
                "read never",
                "worker",
                "--device",
                "cpu-3",
                "--epoch",
                "41",
                "--host-pid",
                "" + SELF)
            .start();
    try {
      WorkerProcess seen = seen(process.pid()).orElseThrow();
      assertEquals("cpu-3", seen.deviceId());
      assertEquals(41, seen.epoch());
      assertEquals(SELF, seen.hostPid());
      assertTrue(seen.residentBytes() > 0);
      WorkerProcesses.kill(process.pid(), seen.startTicks() + 1);
      assertTrue(process.isAlive(), "another process of that number is left alone");
      WorkerProcesses.kill(process.pid(), seen.startTicks());
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertEquals(Optional.empty(), seen(process.pid()));
    } finally {
      process.destroyForcibly();
    }
  }

  private Optional<WorkerProcess> seen(long pid) {
    return new SystemProbe(directory, 0).read(List.of()).worker(pid);
  }

  @Test
  void modelFile_isReadOnlyWhenItsTimesChanged() throws Exception {
    Path file = Files.writeString(directory.resolve("m.onnx"), "abc");
    List<RegisteredFile> registered = List.of(new RegisteredFile("m", file.toString(), 3, ABC));
    ModelFileWatch watch = new ModelFileWatch(0);
    assertEquals(new ModelFile(true, 3, ""), watch.look(registered).get(file.toString()));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertEquals(new ModelFile(true, 3, ABC), watch.look(registered).get(file.toString()));
    Files.writeString(file, "abd");
    String other = watch.look(registered).get(file.toString()).sha256();
    assertFalse(other.isEmpty() || other.equals(ABC), other);
    Files.writeString(file, "abcd");
    assertEquals(4, watch.look(registered).get(file.toString()).bytes());
    Files.delete(file);
    assertEquals(new ModelFile(false, 0, ""), watch.look(registered).get(file.toString()));
  }

  @Test
  void arenaName_ofAnotherShape_hasItsHostOnly() {
    assertEquals(
        Optional.of(new ArenaName(12, "cuda-0", 3)), ArenaNames.parse("mainstay-12-cuda-0-3-ff-1"));
    assertEquals(Optional.of(new ArenaName(12, "", 0)), ArenaNames.parse("mainstay-12-foreign"));
    assertEquals(Optional.empty(), ArenaNames.parse("mainstay-12"));
    assertEquals(Optional.empty(), ArenaNames.parse("other-12-cuda-0-3-ff-1"));
  }
}
