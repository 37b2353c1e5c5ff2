package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerLauncher;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.protocol.arena.TensorArena;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches all workers of a node. Owns the one thread that creates processes: a worker asks the
 * kernel to be killed when its parent dies, and by "parent" Linux means the thread that spawned it.
 * So this object lives as long as the node, and closing it ends every worker. Thread-safe.
 */
public final class WorkerSpawner implements WorkerLauncher, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSpawner.class);
  private static final int LAUNCHES_WAITING_MAX = 256;

  private final ThreadPoolExecutor spawning;
  private final ScheduledThreadPoolExecutor timing;

  private WorkerSpawner(String name) {
    spawning =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LAUNCHES_WAITING_MAX),
            task -> daemon(name + "-worker-spawner", task));
    timing = new ScheduledThreadPoolExecutor(1, task -> daemon(name + "-worker-timing", task));
    timing.setRemoveOnCancelPolicy(true);
  }

  /**
   * The spawner of a node.
   *
   * @param name of the node, for thread names
   */
  public static WorkerSpawner create(String name) {
    return new WorkerSpawner(name);
  }

  /**
   * Deletes arena files that hosts left behind which no longer live. To be called at node start.
   *
   * @return what was deleted
   */
  public static List<Path> sweep(Path arenaDirectory) throws IOException {
    List<Path> swept = TensorArena.sweep(arenaDirectory);
    if (!swept.isEmpty()) {
      LOG.info("swept stale arena files directory={} files={}", arenaDirectory, swept.size());
    }
    return swept;
  }

  @Override
  public WorkerControl launch(WorkerSpec spec, WorkerListener listener) {
    WorkerConnection connection = new WorkerConnection(spec, listener, this);
    connection.begin();
    return connection;
  }

  /** Creates the process on the spawning thread and waits for that. */
  Process start(ProcessBuilder builder) throws IOException {
    Future<Process> started;
    try {
      started = spawning.submit(builder::start);
    } catch (RejectedExecutionException e) {
      throw new IOException("The node takes no more launches; it is stopping", e);
    }
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      started.cancel(false);
      throw new IOException("The launch was interrupted", e);
    }
  }

  /** Runs something that does not block after a while; cancel it when it is no longer wanted. */
  Future<?> after(Duration delay, Runnable task) {
    try {
      return timing.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Closed: the worker this is about is being ended by the kernel.
      return CompletableFuture.completedFuture(null);
    }
  }

  static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the spawning thread, and with it every worker that still runs. */
  @Override
  public void close() {
    spawning.shutdown();
    timing.shutdown();
  }
}
