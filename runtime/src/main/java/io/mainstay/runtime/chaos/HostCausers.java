package io.mainstay.runtime.chaos;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;

/** What the machine under a node refuses: memory, files, libraries, shared memory. */
final class HostCausers {
  private static final String MEMORY = "memory-group";

  /** What a worker may take beyond what it has before the kernel ends it. */
  private static final long GROUP_BYTES = 64L << 20;

  private static final long TAKEN_BYTES = 192L << 20;

  /** Every process has so many files open: none can be added below. */
  private static final int FEW_FILES = 16;

  /** No process has that id: it is above what kernels give. */
  private static final String LEFT_BY = "mainstay-99999999-chaos";

  private HostCausers() {}

  /** The worker takes more with its next batch than its control group has. */
  static Instant outOfMemory(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    MemoryGroup group = MemoryGroup.of("mainstay-chaos-" + victim.pid(), GROUP_BYTES);
    stage.hold(MEMORY, group);
    group.add(victim.pid());
    stage.inject(device, "leak", "next-inference", TAKEN_BYTES, false);
    Instant at = Instant.now();
    stage.work().submitTexts();
    return at;
  }

  /** The control group is gone. */
  static void freeMemory(ChaosStage stage, String device) throws IOException {
    stage.release(MEMORY);
  }

  /** The device's library is not one; its worker ends, and the next one cannot load it. */
  static Instant damageLibrary(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    replaceLibrary(stage, device);
    Instant at = Instant.now();
    end(victim);
    return at;
  }

  /** As above, and the worker loses its device while it computes. */
  static Instant loseForGood(ChaosStage stage, String device) throws IOException {
    stage.serving(device);
    replaceLibrary(stage, device);
    Instant at = Instant.now();
    stage.inject(device, "lose-device", "next-inference", 0, false);
    stage.work().submitTexts();
    return at;
  }

  /** A worker that runs keeps the file that it mapped. */
  private static void replaceLibrary(ChaosStage stage, String device) throws IOException {
    Path library = Setup.library(stage.home(), device);
    Path damaged = library.resolveSibling("damaged");
    Files.writeString(damaged, "this is no library\n");
    Files.move(
        damaged, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The device's library is what it was. */
  static void restoreLibrary(ChaosStage stage, String device) throws IOException {
    Setup.copyLibrary(stage.home(), device);
  }

  /** The directory of the shared memory is gone; a worker ends, and the next one has none. */
  static Instant takeArenas(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    Path arenas = Setup.arenas(stage.home());
    Files.move(arenas, arenas.resolveSibling("arenas-away"));
    Instant at = Instant.now();
    end(victim);
    return at;
  }

  /** The directory is there again. */
  static void giveArenas(ChaosStage stage, String device) throws IOException {
    Path arenas = Setup.arenas(stage.home());
    Files.move(arenas.resolveSibling("arenas-away"), arenas);
  }

  /**
   * The node may open no more files; a worker ends, and the next one needs some. Not for longer
   * than until that is seen: who reads the journal needs files too.
   */
  static Instant exhaustFiles(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    Instant at = Instant.now();
    FileLimit limit = FileLimit.ofWhoEnds(victim.pid(), FEW_FILES);
    try {
      stage.await(
          "a worker of " + device + " was not started for want of files",
          () -> stage.device(device).lastDeath().contains("open files"));
      return at;
    } finally {
      limit.close();
    }
  }

  /** Somebody's shared memory is left, and the kernel lets nobody delete it. */
  static Instant leaveBehind(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    stage.hold(LEFT_BY, BusyFile.of(Setup.arenas(stage.home()).resolve(LEFT_BY)));
    return at;
  }

  /** It is gone. */
  static void clear(ChaosStage stage, String device) throws IOException {
    stage.release(LEFT_BY);
  }

  private static ProcessHandle handle(DeviceView victim) {
    return ProcessHandle.of(victim.pid())
        .orElseThrow(
            () -> CliFailure.failed("worker " + victim.pid() + " is gone", "run it again"));
  }

  private static void end(DeviceView victim) {
    ProcessHandle process = handle(victim);
    process.destroyForcibly();
    ChaosStage.await(
        "worker " + victim.pid() + " has ended", Duration.ofSeconds(10), () -> !process.isAlive());
  }
}
