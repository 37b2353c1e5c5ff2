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
  private static final String FILES = "file-limit";

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
    Path library = Setup.library(stage.home(), device);
    Path damaged = library.resolveSibling("damaged");
    Files.writeString(damaged, "this is no library\n");
    Files.move(
        damaged, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Instant at = Instant.now();
    end(victim);
    return at;
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

  /** The node may open no more files; a worker ends, and the next one needs some. */
  static Instant exhaustFiles(ChaosStage stage, String device) throws IOException {
    DeviceView victim = stage.serving(device);
    stage.hold(FILES, FileLimit.of(FEW_FILES));
    Instant at = Instant.now();
    end(victim);
    return at;
  }

  /** It may again. */
  static void freeFiles(ChaosStage stage, String device) throws IOException {
    stage.release(FILES);
  }

  /** Somebody's shared memory is left, and it is a directory with something in it. */
  static Instant leaveBehind(ChaosStage stage, String device) throws IOException {
    Path left = Setup.arenas(stage.home()).resolve(LEFT_BY);
    Files.createDirectories(left);
    Instant at = Instant.now();
    Files.writeString(left.resolve("something"), "in the way");
    return at;
  }

  /** It is gone. */
  static void clear(ChaosStage stage, String device) throws IOException {
    Path left = Setup.arenas(stage.home()).resolve(LEFT_BY);
    Files.deleteIfExists(left.resolve("something"));
    Files.deleteIfExists(left);
  }

  /** By the kernel's own call: no program has to be started for it. */
  private static void end(DeviceView victim) {
    ProcessHandle process =
        ProcessHandle.of(victim.pid())
            .orElseThrow(
                () -> CliFailure.failed("worker " + victim.pid() + " is gone", "run it again"));
    process.destroyForcibly();
    ChaosStage.await(
        "worker " + victim.pid() + " has ended", Duration.ofSeconds(10), () -> !process.isAlive());
  }
}
