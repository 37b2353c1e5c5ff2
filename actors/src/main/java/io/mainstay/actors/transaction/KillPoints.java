package io.mainstay.actors.transaction;

import com.typesafe.config.Config;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * For tests that end processes at every message and every journal write of transactions: writes
 * each point down, and at the one chosen ends this node, or its workers. Thread-safe: one point at
 * a time, in the order in which they are reached.
 */
public final class KillPoints implements TransactionObserver {
  private static final int EXIT_STATUS = 137;
  private static final long WORKER_END_SECONDS = 5;

  private final Path file;
  private final long number;
  private final Runnable kill;
  private long reached;

  /**
   * @param file gets a line for each point, or null for none
   * @param number of the point at which it kills, from 1; 0 for never
   */
  KillPoints(Path file, long number, Runnable kill) {
    this.file = file;
    this.number = number;
    this.kill = kill;
  }

  /** As the configuration says: an observer that sees nothing unless fault injection is on. */
  public static TransactionObserver of(Config root) {
    Config config = root.getConfig(ParticipationSettings.PATH + ".kill-point");
    String file = config.getString("file");
    long number = config.getLong("number");
    if (!root.getBoolean("mainstay.device.worker.fault-injection")
        || (file.isEmpty() && number == 0)) {
      return NONE;
    }
    Runnable kill =
        switch (config.getString("whom")) {
          case "node" -> () -> Runtime.getRuntime().halt(EXIT_STATUS);
          case "worker" -> KillPoints::killWorkers;
          default ->
              throw new IllegalArgumentException(
                  ParticipationSettings.PATH
                      + ".kill-point.whom is '"
                      + config.getString("whom")
                      + "'; allowed are node and worker");
        };
    return new KillPoints(file.isEmpty() ? null : Path.of(file), number, kill);
  }

  @Override
  public synchronized void at(Point point, String transactionId, String subject) {
    reached++;
    if (file != null) {
      String line = reached + " " + point + " " + transactionId + " " + subject + "\n";
      try {
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException unwritable) {
        throw new UncheckedIOException(unwritable);
      }
    }
    if (reached == number) {
      kill.run();
    }
  }

  /** Children of a node are its workers. Goes on when they are gone. */
  private static void killWorkers() {
    List<ProcessHandle> workers = ProcessHandle.current().children().toList();
    workers.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            workers.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, WORKER_END_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
