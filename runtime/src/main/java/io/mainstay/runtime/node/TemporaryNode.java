package io.mainstay.runtime.node;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.actors.node.NodeOptions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node on a data directory of its own, which is deleted when it is closed. */
public final class TemporaryNode implements AutoCloseable {
  private final Path scratch;
  private final NodeLife life;
  private final Duration startTime;

  private TemporaryNode(Path scratch, NodeLife life, Duration startTime) {
    this.scratch = scratch;
    this.life = life;
    this.startTime = startTime;
  }

  /**
   * Starts one, on a free port.
   *
   * @param name part of its directory's name
   * @param hocon settings of it
   * @param outputs directory that its sessions may write to, besides {@link #scratch}
   */
  public static TemporaryNode start(String name, String hocon, List<Path> outputs)
      throws IOException {
    Path scratch = Files.createTempDirectory("mainstay-" + name + "-node-").toRealPath();
    boolean started = false;
    try {
      List<Path> roots = new ArrayList<>(outputs);
      roots.add(scratch);
      long began = System.nanoTime();
      NodeLife life =
          NodeLife.start(
              new NodeOptions(
                  scratch.resolve("data"), null, 0, roots, ConfigFactory.parseString(hocon)));
      started = true;
      return new TemporaryNode(scratch, life, Duration.ofNanos(System.nanoTime() - began));
    } finally {
      if (!started) {
        delete(scratch);
      }
    }
  }

  /** The node itself. */
  public MainstayNode node() {
    return life.node();
  }

  /** Of the node; has its address and token. */
  public Path dataDirectory() {
    return scratch.resolve("data");
  }

  /** Gone with the node; its sessions may write there. */
  public Path scratch() {
    return scratch;
  }

  /** From the start to ready. */
  public Duration startTime() {
    return startTime;
  }

  @Override
  public void close() throws IOException {
    life.close();
    delete(scratch);
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
