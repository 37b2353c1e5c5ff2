package io.mainstay.actors.device.worker.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a worker process and what it started. A worker is the leader of its own session, so its
 * process group is its pid.
 */
final class Executioner {
  private static final Logger LOG = LoggerFactory.getLogger(Executioner.class);
  private static final Path PROC = Path.of("/proc");

  /** Place of the process group among the fields of /proc/PID/stat that follow the name. */
  private static final int GROUP_FIELD = 2;

  private Executioner() {}

  /**
   * Kills the process, then its descendants. {@code Process.destroyForcibly} is not used: it would
   * close our streams before they are read.
   */
  static void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.toHandle().destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Kills whoever is left of a dead worker's group, also children that nobody can trace to it any
   * more. The group's number cannot be taken by another process while it has a member.
   */
  static void killGroup(long group) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != group && groupOf(process) == group) {
          LOG.warn("a worker left a process behind; killed group={} pid={}", group, pid);
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("a worker's group could not be searched group={}", group, e);
    }
  }

  private static long groupOf(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", GROUP_FIELD + 2);
      return Long.parseLong(fields[GROUP_FIELD]);
    } catch (IOException | RuntimeException e) {
      // Gone between the listing and now.
      return -1;
    }
  }
}
