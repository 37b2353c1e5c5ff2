package io.mainstay.runtime.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** What a temporary node is like, so that a condition can be brought about on it. */
public enum Setup {
  /** Two devices with small budgets: most conditions need no more. */
  COMMON,
  /** A device is given up after a few deaths; the way back is short. */
  FEW_RESTARTS,
  /** Its data lies on a small disk of its own, which needs root. */
  SMALL_DISK,
  /** Libraries and shared memory of its own to damage; its limits are near. */
  TIGHT,
  /** Little shared memory, in short pieces. */
  SMALL_ARENAS,
  /** Tells administrators of everything, by a service of the run's own. */
  ALERTING;

  /** Restarts within a minute before a device is given up: it shall be, and it shall not be. */
  private static final int FEW = 4;

  private static final int MANY = 1000;

  /** Such as {@code few-restarts}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Where a node of this kind has the library of a device. */
  static Path library(Path home, String device) {
    return home.resolve("lib-" + device).resolve("libonnxruntime.so");
  }

  /** Where a node of this kind has the memory that it shares with workers. */
  static Path arenas(Path home) {
    return home.resolve("arenas");
  }

  /** Lays out the files that its settings name. */
  void prepare(Path home) throws IOException {
    if (this != TIGHT) {
      return;
    }
    Files.createDirectories(arenas(home));
    for (String device : ChaosNode.DEVICES) {
      copyLibrary(home, device);
    }
  }

  /** The device's library is what it should be. */
  static void copyLibrary(Path home, String device) throws IOException {
    Path whole =
        Path.of(System.getProperty("mainstay.home", "."))
            .resolve("native-worker/target/dist/lib/libonnxruntime.so");
    Path library = library(home, device);
    Files.createDirectories(library.getParent());
    // A worker that runs keeps the file that it mapped.
    Path half = library.resolveSibling("half");
    Files.copy(whole, half, StandardCopyOption.REPLACE_EXISTING);
    Files.move(half, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Its settings. Where one condition has workers die by the dozen, errors do not protect the node
   * by their number: each condition is looked at as if it were the only one of its hour.
   */
  String hocon(Path home) {
    String more =
        switch (this) {
          case FEW_RESTARTS ->
              """
              mainstay.modes.modes.minimal_operation_mode { least-stay = 0s, quiet = 1s }
              mainstay.modes.parts.emergency_mode { least-stay = 0s, quiet = 1s }
              mainstay.modes.protection.check-every = 200ms
              mainstay.modes.parts.system_protection_mode { least-stay = 0s, quiet = 1s }
              mainstay.escalation.cases.quiet = 30s
              mainstay.escalation.frequency.critical-above = 1000
              mainstay.modes.restoration.intake { stages = [25, 100], dwell = 2s }
              """;
          case TIGHT ->
              """
              mainstay.device.worker.arena-directory = "%s"
              mainstay.model.loads-queued-max = 2
              mainstay.memory.leak { window = 6s, growth-per-minute = 60MB, in-a-row = 3 }
              mainstay.consistency.repair.within = 3s
              mainstay.gateway.ask-timeout = 3s
              mainstay.processing.runner { record-timeout = 2s, record-tries = 3 }
              mainstay.modes.modes.minimal_operation_mode { least-stay = 0s, quiet = 1s }
              mainstay.modes.parts.system_protection_mode { least-stay = 0s, quiet = 1s }
              mainstay.escalation.cases.quiet = 30s
              mainstay.escalation.frequency.critical-above = 1000
              mainstay.persistence.database.busy-timeout = 20s
              """
                  .formatted(arenas(home));
          case ALERTING ->
              """
              mainstay.notifications {
                repeat-window = 50ms
                administrator-alerts.severity-min = info
                delivery { rate-max = 1000, fault-every = 10s }
                webhook { url-file = "%s", secret-file = "%s" }
              }
              """
                  .formatted(ChaosHook.addressFile(home), ChaosHook.keyFile(home));
          case SMALL_ARENAS -> "mainstay.device.worker.arena-segments = [1MiB, 1MiB]\n";
          case COMMON, SMALL_DISK -> "";
        };
    int intensity = this == FEW_RESTARTS ? FEW : MANY;
    return "mainstay.device.restart.intensity = %d%nmainstay.device.devices = [%n%s]%n%s"
        .formatted(intensity, devices(home), more);
  }

  private String devices(Path home) {
    StringBuilder list = new StringBuilder();
    for (String device : ChaosNode.DEVICES) {
      String library = this == TIGHT ? ", onnx-runtime = \"" + library(home, device) + "\"" : "";
      list.append(
          "{ id = %s, backend = cpu, threads = 1, memory-budget = 512MiB%s }%n"
              .formatted(device, library));
    }
    return list.toString();
  }
}
