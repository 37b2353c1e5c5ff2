package io.mainstay.runtime.node;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.actors.node.NodeOptions;
import io.mainstay.actors.node.NodeProblem;
import io.mainstay.runtime.cli.CliFailure;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * One node in this process from its start to its end. The process's end stops it too, so that no
 * worker and no announcement is left behind.
 */
public final class NodeLife implements AutoCloseable {
  private final MainstayNode node;
  private final Duration stopBound;
  private final Thread onExit;

  private NodeLife(MainstayNode node, Duration stopBound) {
    this.node = node;
    this.stopBound = stopBound;
    this.onExit = new Thread(this::stop, "mainstay-stop-node");
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @throws CliFailure with cause and remedy when it cannot be
   */
  public static NodeLife start(NodeOptions options) {
    Duration stopBound = ConfigFactory.load().getDuration("mainstay.runtime.wait.node-stop");
    try {
      NodeLife life = new NodeLife(MainstayNode.start(options), stopBound);
      Runtime.getRuntime().addShutdownHook(life.onExit);
      life.awaitReady();
      return life;
    } catch (NodeProblem problem) {
      throw CliFailure.failed(problem.getMessage(), problem.remedy(), problem);
    }
  }

  /** The running node. */
  public MainstayNode node() {
    return node;
  }

  /**
   * Returns when the node has stopped, whoever asked for it.
   *
   * @throws CliFailure with cause and remedy when the node gave itself up
   */
  public void awaitEnd() {
    try {
      node.whenStopped().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook with it.
      return;
    }
  }

  /** The node itself gives up after mainstay.node.ready-timeout and says what it waited for. */
  private void awaitReady() {
    boolean ready = false;
    try {
      node.ready().toCompletableFuture().get();
      ready = true;
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted before the node was ready", "start it again", e);
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private void stop() {
    CompletionStage<?> stopped = node.stop();
    try {
      stopped.toCompletableFuture().get(stopBound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Nothing accepted is lost by that; the workers end with this process.
      LoggerFactory.getLogger(NodeLife.class).warn("node did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CliFailure failure(ExecutionException e) {
    if (e.getCause() instanceof NodeProblem problem) {
      return CliFailure.failed(problem.getMessage(), problem.remedy(), problem);
    }
    return CliFailure.failed(
        "the node ended with " + e.getCause(), "see its log; run `mainstay doctor`", e);
  }
}
