package io.mainstay.actors.consistency.system;

import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds this user's worker processes by their command lines, and ends those that are strays. */
public final class WorkerProcesses {
  private static final Path PROC = Path.of("/proc");
  private static final String BINARY = "mainstay-worker";

  /** Places among the fields of /proc/PID/stat that follow the name. */
  private static final int STATE = 0;

  private static final int GROUP = 2;
  private static final int START = 19;

  private WorkerProcesses() {}

  /** All of this user; dead ones that are not reaped are none. */
  static List<WorkerProcess> read() throws IOException {
    Object user = Files.getAttribute(PROC.resolve("self"), "unix:uid");
    List<WorkerProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        one(process, user).ifPresent(found::add);
      }
    }
    return found;
  }

  /**
   * Kills a process and what is left of its group; whoever took its number since is left alone.
   *
   * @param startTicks when it began
   */
  public static void kill(long pid, long startTicks) throws IOException {
    Object user = Files.getAttribute(PROC.resolve("self"), "unix:uid");
    Optional<WorkerProcess> found = one(PROC.resolve(Long.toString(pid)), user);
    if (found.isEmpty() || found.get().startTicks() != startTicks) {
      return;
    }
    List<Long> group = found.get().group() == pid ? members(pid) : List.of();
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    group.forEach(each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
  }

  private static List<Long> members(long group) throws IOException {
    List<Long> members = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        String[] stat = stat(process);
        if (stat.length > GROUP && Long.parseLong(stat[GROUP]) == group) {
          members.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    }
    return members;
  }

  private static Optional<WorkerProcess> one(Path process, Object user) {
    try {
      String[] line =
          new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
              .split("\0");
      boolean worker = line[0].equals(BINARY) || line[0].endsWith("/" + BINARY);
      if (!worker
          || option(line, "--host-pid").isEmpty()
          || !user.equals(Files.getAttribute(process, "unix:uid"))) {
        return Optional.empty();
      }
      String[] stat = stat(process);
      if (stat.length <= START || stat[STATE].equals("Z") || stat[STATE].equals("X")) {
        return Optional.empty();
      }
      return Optional.of(
          new WorkerProcess(
              Long.parseLong(process.getFileName().toString()),
              Long.parseLong(stat[GROUP]),
              Long.parseLong(stat[START]),
              residentBytes(process),
              Long.parseLong(option(line, "--host-pid")),
              option(line, "--device"),
              Long.parseLong("0" + option(line, "--epoch"))));
    } catch (IOException | NumberFormatException goneOrNotOurs) {
      return Optional.empty();
    }
  }

  private static String option(String[] line, String name) {
    for (int i = 1; i + 1 < line.length; i++) {
      if (line[i].equals(name)) {
        return line[i + 1];
      }
    }
    return "";
  }

  /** The fields after the name; empty if the process is gone. */
  private static String[] stat(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ");
    } catch (IOException gone) {
      return new String[0];
    }
  }

  /** Without shared memory: that is the arena, which the host accounts for. */
  private static long residentBytes(Path process) throws IOException {
    long kibibytes = 0;
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("RssAnon:") || line.startsWith("RssFile:")) {
        kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return kibibytes * 1024;
  }
}
