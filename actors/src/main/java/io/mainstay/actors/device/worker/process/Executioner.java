package io.mainstay.actors.device.worker.process;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a worker process and what it started. A worker is the leader of its own session, so its
 * process group is its pid.
 */
final class Executioner {
  private static final Logger LOG = LoggerFactory.getLogger(Executioner.class);
  private static final long GROUP_KILL_MILLIS = 1000;

  private Executioner() {}

  /**
   * Kills the process, then its descendants. {@code Process.destroyForcibly} is not used: it would
   * close our streams before they are read.
   */
  static void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.toHandle().destroyForcibly();
    if (!descendants.isEmpty()) {
      descendants.forEach(ProcessHandle::destroyForcibly);
      killGroup(process.pid());
    }
  }

  /** Kills whoever is left of the group, for instance a child that holds the worker's stdout. */
  static void killGroup(long pid) {
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -KILL -- -" + pid)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(GROUP_KILL_MILLIS, TimeUnit.MILLISECONDS)) {
        kill.toHandle().destroyForcibly();
        LOG.warn("killing a worker's group took too long pid={}", pid);
      }
    } catch (IOException e) {
      LOG.warn("a worker's group could not be killed pid={}", pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
