package io.mainstay.protocol.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorArenaTest {
  @TempDir private Path directory;
  private TensorArena arena;

  @AfterEach
  void end() {
    if (arena != null) {
      arena.retire();
    }
  }

  @Test
  void create_makesFullFilesOfMode0600() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L, 8192L));
    assertEquals(
        List.of(4096L, 8192L), arena.paths().stream().map(p -> p.toFile().length()).toList());
    for (Path path : arena.paths()) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path));
    }
    assertEquals(12288, arena.capacity());
  }

  @Test
  void create_whenTheMemoryRunsOut_saysCauseAndRemedyAndLeavesNothing() throws Exception {
    // A JVM that may write files of 1 MiB: the write fails half way, as on a full tmpfs.
    String java = ProcessHandle.current().info().command().orElseThrow();
    String line =
        "ulimit -f 2048; exec "
            + java
            + " -XX:-UsePerfData -cp '"
            + System.getProperty("java.class.path")
            + "' "
            + ArenaAttempt.class.getName()
            + " '"
            + directory
            + "'";
    Process attempt = new ProcessBuilder("/bin/sh", "-c", line).redirectErrorStream(true).start();
    String said = new String(attempt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(attempt.waitFor(30, TimeUnit.SECONDS));
    assertTrue(said.contains("Arena of 2621440 bytes could not be made in " + directory), said);
    assertTrue(said.contains("File too large; make room there"), said);
    try (var files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void reclaim_takesBackWhatNobodyCloses_unlessALeaseWasGivenOutSince() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-9", List.of(8192L));
    ArenaLease lost = arena.lease(100).orElseThrow();
    long seen = arena.taken();
    arena.lease(100).orElseThrow().close();
    assertEquals(0, arena.reclaim(seen));
    assertEquals(1, arena.outstanding());
    assertEquals(1, arena.reclaim(arena.taken()));
    assertEquals(0, arena.outstanding());
    assertTrue(arena.isWhole());
    lost.close();
    assertTrue(arena.isWhole(), "its holder's late close gives nothing back twice");
  }

  @Test
  void create_whereThereIsNoDirectory_saysSo() throws Exception {
    Path missing = directory.resolve("not-there");
    ArenaUnavailable unavailable =
        assertThrows(
            ArenaUnavailable.class, () -> TensorArena.create(missing, "cpu-0-1", List.of(4096L)));
    assertTrue(unavailable.getMessage().contains("4096 bytes could not be made in " + missing));
    assertTrue(unavailable.getMessage().contains("there is no such directory"));
    assertFalse(Files.exists(missing));
  }

  @Test
  void create_whenALaterSegmentFails_removesTheEarlierOnes() throws Exception {
    Path second = ArenaFiles.path(directory, "cpu-0-1", 1);
    Files.createFile(second);
    assertThrows(
        ArenaUnavailable.class,
        () -> TensorArena.create(directory, "cpu-0-1", List.of(4096L, 4096L)));
    try (var files = Files.list(directory)) {
      assertEquals(List.of(second), files.toList());
    }
  }

  @Test
  void create_ofAnOddSegment_isRefusedBeforeAnythingIsMade() throws Exception {
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorArena.create(directory, "cpu-0-1", List.of(4096L, 100L)));
    try (var files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void lease_goesToTheSegmentThatHasRoom() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L, 8192L));
    ArenaLease large = arena.lease(8000).orElseThrow();
    ArenaLease small = arena.lease(4096).orElseThrow();
    assertEquals(1, large.segment());
    assertEquals(0, small.segment());
    assertTrue(arena.lease(256).isEmpty());
    large.close();
    assertTrue(arena.lease(256).isPresent());
  }

  @Test
  void copy_goesThroughTheFile() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L));
    arena.lease(1).orElseThrow();
    ArenaLease lease = arena.lease(5).orElseThrow();
    ByteBuffer source = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 4, 5}).position(1);
    lease.copyIn(source);
    assertEquals(1, source.position());
    assertEquals(64, lease.offset());
    byte[] file = Files.readAllBytes(arena.paths().get(0));
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), ByteBuffer.wrap(file, 64, 5));
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), lease.copyOut(3));
  }

  @Test
  void copy_beyondTheLease_isRefused() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L));
    ArenaLease lease = arena.lease(5).orElseThrow();
    assertThrows(IndexOutOfBoundsException.class, () -> lease.copyIn(ByteBuffer.allocate(6)));
    assertThrows(IndexOutOfBoundsException.class, () -> lease.copyOut(6));
    lease.close();
    assertThrows(IllegalStateException.class, () -> lease.copyOut(1));
  }

  @Test
  void copy_whenTheFileWasCutShort_isAFaultAndNotACrash() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(1L << 20));
    ArenaLease lease = arena.lease(1 << 20).orElseThrow();
    try (var file = FileChannel.open(arena.paths().get(0), StandardOpenOption.WRITE)) {
      file.truncate(0);
    }
    ArenaAccessFault fault = assertThrows(ArenaAccessFault.class, () -> lease.copyOut(1 << 20));
    assertTrue(fault.getMessage().contains("cut short"));
  }

  @Test
  void close_withLeasesOut_refusesAndTheLastOneUnmaps() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L));
    ArenaLease lease = arena.lease(100).orElseThrow();
    IllegalStateException refused = assertThrows(IllegalStateException.class, arena::close);
    assertTrue(refused.getMessage().contains("1 leases of 128 bytes"));
    assertFalse(arena.isUnmapped());
    assertTrue(arena.lease(64).isEmpty());
    lease.close();
    lease.close();
    assertTrue(arena.isUnmapped());
    assertEquals(0, arena.outstanding());
  }

  @Test
  void unlink_takesTheNamesAndLeavesTheMemory() throws Exception {
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L));
    arena.unlink();
    assertFalse(Files.exists(arena.paths().get(0)));
    ArenaLease lease = arena.lease(3).orElseThrow();
    lease.copyIn(ByteBuffer.wrap(new byte[] {7, 8, 9}));
    assertEquals(ByteBuffer.wrap(new byte[] {7, 8, 9}), lease.copyOut(3));
    lease.close();
    arena.close();
  }

  @Test
  void sweep_deletesFilesOfDeadHostsOnly() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path stale = Files.createFile(directory.resolve("mainstay-" + gone.pid() + "-cpu-0-1-0"));
    Path other = Files.createFile(directory.resolve("mainstay-notes"));
    arena = TensorArena.create(directory, "cpu-0-1", List.of(4096L));
    assertEquals(List.of(stale), TensorArena.sweep(directory));
    assertTrue(Files.exists(arena.paths().get(0)));
    assertTrue(Files.exists(other));
    assertFalse(Files.exists(stale));
  }
}
