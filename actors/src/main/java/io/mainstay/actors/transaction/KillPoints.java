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
 * For tests that end processes at every message and every journal write of transactions and sagas.
 * While there is an order it writes each point down, and at the one ordered ends this node, or its
 * workers. Points are ordered by name, since what runs at the same time comes in any order.
 * Thread-safe: one point at a time, in the order in which they are reached.
 */
public final class KillPoints implements TransactionObserver {
  /** Ends the file of orders. */
  public static final String ORDER = ".order";

  private static final int EXIT_STATUS = 137;
  private static final long WORKER_END_SECONDS = 5;

  private final Path file;
  private final Path order;
  private final Runnable killNode;
  private final Runnable killWorkers;
  private String last = "";
  private long reached;
  private long matched;

  /**
   * What a file of orders says: {@code SERIAL NUMBER WHOM NAME}.
   *
   * @param number which of the points of that name, from 1; 0 for none
   * @param name as {@link KillPoints#name} has it
   */
  private record Order(long number, boolean node, String name) {
    static Order parse(String text) {
      String[] parts = text.split(" ", 4);
      return new Order(Long.parseLong(parts[1]), parts[2].equals("node"), parts[3]);
    }
  }

  /**
   * @param file gets a line for each point
   */
  KillPoints(Path file, Runnable killNode, Runnable killWorkers) {
    this.file = file;
    this.order = file.resolveSibling(file.getFileName() + ORDER);
    this.killNode = killNode;
    this.killWorkers = killWorkers;
  }

  /** As the configuration says: an observer that sees nothing unless fault injection is on. */
  public static TransactionObserver of(Config root) {
    String file = root.getString(ParticipationSettings.PATH + ".kill-point.file");
    if (!root.getBoolean("mainstay.device.worker.fault-injection") || file.isEmpty()) {
      return NONE;
    }
    return new KillPoints(
        Path.of(file), () -> Runtime.getRuntime().halt(EXIT_STATUS), KillPoints::killAllWorkers);
  }

  @Override
  public synchronized void at(Point point, String transactionId, String subject) {
    try {
      if (!Files.exists(order)) {
        last = "";
        return;
      }
      String now = Files.readString(order).strip();
      if (!now.equals(last)) {
        last = now;
        reached = 0;
        matched = 0;
      }
      Order ordered = Order.parse(now);
      reached++;
      String line = reached + " " + point + " " + transactionId + " " + subject + "\n";
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      if (name(point, transactionId, subject).equals(ordered.name())
          && ++matched == ordered.number()) {
        Files.delete(order);
        (ordered.node() ? killNode : killWorkers).run();
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The same whatever ids were drawn, such as {@code TELL *.model Prepare model_service}. */
  static String name(Point point, String transactionId, String subject) {
    int suffix = transactionId.indexOf('.');
    return point + " *" + (suffix < 0 ? "" : transactionId.substring(suffix)) + " " + subject;
  }

  /** Children of a node are its workers. Goes on when they are gone. */
  private static void killAllWorkers() {
    List<ProcessHandle> workers = ProcessHandle.current().children().toList();
    workers.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            workers.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, WORKER_END_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
