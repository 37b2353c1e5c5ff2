package io.mainstay.runtime.doctor;

import io.mainstay.client.NodeAddress;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.runtime.cli.Quantities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The data directory, its disk, its database. Takes no lock that a node may want. */
final class DataChecks {
  private final Path directory;
  private final DoctorSettings settings;

  DataChecks(Path directory, DoctorSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(directory());
    findings.add(disk());
    if (Files.exists(DataDirectory.databaseFile(directory))) {
      findings.add(database());
    }
    return findings;
  }

  /** Whether a node has announced itself there and its process lives. */
  boolean nodeRuns() {
    return Files.exists(directory.resolve(NodeAddress.NODE_FILE)) && holder() > 0;
  }

  private Finding directory() {
    Path existing = existing();
    if (!Files.isDirectory(existing)) {
      return Finding.fail(
          "data directory", existing + " is a file", "name a directory with --data");
    }
    if (!Files.isWritable(existing)) {
      return Finding.fail(
          "data directory",
          existing + " is not writable for user " + System.getProperty("user.name"),
          "chown it, or name another with --data");
    }
    if (!existing.equals(directory)) {
      return Finding.ok("data directory", directory + ", made at the first start");
    }
    long holder = holder();
    return Finding.ok(
        "data directory", directory + (holder > 0 ? ", in use by node " + holder : ", not in use"));
  }

  private Finding disk() {
    try {
      long free = Files.getFileStore(existing()).getUsableSpace();
      String detail = Quantities.bytes(free) + " free";
      return free >= settings.diskMinBytes()
          ? Finding.ok("disk", detail)
          : Finding.warn(
              "disk",
              detail + ", less than " + Quantities.bytes(settings.diskMinBytes()),
              "free space; a full disk pauses the node's intake");
    } catch (IOException e) {
      return Finding.warn("disk", "cannot be looked at, " + e, "check the mount");
    }
  }

  private Finding database() {
    try (JournalReader reader = JournalReader.open(directory)) {
      return Finding.ok("database", reader.lastOrdering() + " events written so far");
    } catch (DataDirectoryProblem problem) {
      return Finding.fail("database", problem.getMessage(), problem.remedy());
    }
  }

  private long holder() {
    try {
      long pid = Long.parseLong(Files.readString(directory.resolve("lock.holder")).strip());
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) ? pid : 0;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private Path existing() {
    Path path = directory;
    while (!Files.exists(path) && path.getParent() != null) {
      path = path.getParent();
    }
    return path;
  }
}
