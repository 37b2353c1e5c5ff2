package io.mainstay.actors.consistency.system;

import io.mainstay.actors.consistency.check.ModelFacts.RegisteredFile;
import io.mainstay.actors.consistency.check.SystemFacts;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaFile;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@link SystemFacts}. Thread-safe; blocks. */
public final class SystemProbe {
  private static final String PREFIX = "mainstay-";
  private static final Path SELF = Path.of("/proc/self");

  private final Path arenaDirectory;
  private final ModelFileWatch modelFiles;
  private final long self = ProcessHandle.current().pid();

  /**
   * A probe of this process.
   *
   * @param arenaDirectory of the shared memory files
   * @param hashedBytesMax of model files that gave a reason to be read, at most so many at a look
   */
  public SystemProbe(Path arenaDirectory, long hashedBytesMax) {
    this.arenaDirectory = arenaDirectory.toAbsolutePath().normalize();
    this.modelFiles = new ModelFileWatch(hashedBytesMax);
  }

  /** What there is now. */
  public SystemFacts read(List<RegisteredFile> registered) {
    try {
      List<WorkerProcess> workers = WorkerProcesses.read();
      List<ArenaFile> files = arenaFiles();
      Set<Long> named = new HashSet<>();
      workers.forEach(worker -> named.add(worker.hostPid()));
      files.forEach(file -> named.add(file.name().hostPid()));
      named.removeIf(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
      return new SystemFacts(
          self, workers, named, files, descriptors(), mappings(), modelFiles.look(registered));
    } catch (IOException e) {
      throw new UncheckedIOException("The kernel's view of this node cannot be read", e);
    }
  }

  private List<ArenaFile> arenaFiles() throws IOException {
    List<ArenaFile> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(arenaDirectory, PREFIX + "*")) {
      for (Path file : files) {
        // Another user's are not ours to judge.
        if (Files.isRegularFile(file) && Files.isWritable(file)) {
          ArenaNames.parse(file.getFileName().toString())
              .ifPresent(name -> found.add(new ArenaFile(file.toString(), name)));
        }
      }
    }
    return found;
  }

  /** Descriptors of this process on arena files, with their numbers. */
  private Set<String> descriptors() throws IOException {
    Set<String> found = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path descriptor : all) {
        String target = target(descriptor);
        if (target.startsWith(arenaDirectory.resolve(PREFIX).toString())) {
          found.add(descriptor.getFileName() + " " + target);
        }
      }
    }
    return found;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private Set<ArenaName> mappings() throws IOException {
    Set<ArenaName> found = new HashSet<>();
    String marker = arenaDirectory.resolve(PREFIX).toString();
    try (Stream<String> lines = Files.lines(SELF.resolve("maps"))) {
      lines
          .filter(line -> line.contains(marker))
          .map(line -> line.substring(line.lastIndexOf('/') + 1).replace(" (deleted)", ""))
          .forEach(name -> ArenaNames.parse(name).ifPresent(found::add));
    }
    return found;
  }
}
