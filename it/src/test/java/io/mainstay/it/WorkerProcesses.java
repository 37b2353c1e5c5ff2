package io.mainstay.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The worker processes of a node, as the operating system sees them. */
final class WorkerProcesses {
  private WorkerProcesses() {}

  /** Pids of living workers whose host is that process. */
  static List<Long> of(long hostPid) {
    List<Long> pids = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              String command = commandLine(process.pid());
              if (command.contains("mainstay-worker")
                  && command.contains("\0--host-pid\0" + hostPid + "\0")) {
                pids.add(process.pid());
              }
            });
    return pids;
  }

  /** Sends a signal by its name, such as STOP or KILL. */
  static void signal(long pid, String name) throws IOException, InterruptedException {
    if (pid < 1) {
      // Nobody's own: 0 is the whole process group of the test.
      throw new IllegalArgumentException("No process has pid " + pid);
    }
    int exit =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("kill -" + name + " " + pid + " answered " + exit);
    }
  }

  /** Empty for a zombie or a process that is gone. */
  private static String commandLine(long pid) {
    try {
      return new String(
          Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")),
          StandardCharsets.UTF_8);
    } catch (IOException gone) {
      return "";
    }
  }
}
