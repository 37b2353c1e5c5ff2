package io.mainstay.runtime.doctor;

import io.mainstay.runtime.cli.Quantities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Java, memory, shared memory, the port. */
final class HostChecks {
  private static final int JAVA_MIN = 17;

  private final DoctorSettings settings;

  HostChecks(DoctorSettings settings) {
    this.settings = settings;
  }

  List<Finding> run(boolean nodeRuns) {
    return List.of(java(), memory(), sharedMemory(), port(nodeRuns));
  }

  private Finding java() {
    String version = Runtime.version() + " of " + System.getProperty("java.vendor");
    return Runtime.version().feature() >= JAVA_MIN
        ? Finding.ok("java", version)
        : Finding.fail(
            "java",
            version + ", at least " + JAVA_MIN + " is needed",
            "apt-get install openjdk-17-jdk");
  }

  private Finding memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      long kib =
          lines
              .filter(line -> line.startsWith("MemTotal:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
      String detail = Quantities.bytes(kib * 1024) + " physical";
      return kib * 1024 >= settings.memoryMinBytes()
          ? Finding.ok("memory", detail)
          : Finding.warn(
              "memory",
              detail + ", less than " + Quantities.bytes(settings.memoryMinBytes()),
              "use fewer devices, see mainstay.device.devices");
    } catch (IOException e) {
      return Finding.warn("memory", "cannot read /proc/meminfo, " + e, "run on Linux");
    }
  }

  private Finding sharedMemory() {
    Path directory = settings.arenaDirectory();
    String remedy =
        "mount a tmpfs there (docker run --shm-size=1g), or set"
            + " mainstay.device.worker.arena-directory";
    try {
      Path probe = Files.createTempFile(directory, "mainstay-doctor-", "");
      long free;
      try {
        free = Files.getFileStore(directory).getUsableSpace();
      } finally {
        Files.delete(probe);
      }
      String detail = directory + ", " + Quantities.bytes(free) + " free";
      return free >= settings.sharedMemoryMinBytes()
          ? Finding.ok("shared memory", detail)
          : Finding.warn(
              "shared memory",
              detail + ", less than " + Quantities.bytes(settings.sharedMemoryMinBytes()),
              remedy);
    } catch (IOException e) {
      return Finding.fail("shared memory", "cannot write to " + directory + ", " + e, remedy);
    }
  }

  private Finding port(boolean nodeRuns) {
    if (nodeRuns) {
      return Finding.ok("port", "the node of this data directory listens");
    }
    if (settings.port() == 0) {
      return Finding.ok("port", "any free one");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()));
      return Finding.ok("port", settings.port() + " is free");
    } catch (IOException e) {
      return Finding.fail(
          "port",
          settings.port() + " is in use by another process",
          "stop it, or start the node with --port 0 or another number");
    }
  }
}
