package io.mainstay.runtime.node;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.actors.node.NodeOptions;
import io.mainstay.client.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node on a data directory of its own, which is deleted when it is closed. */
public final class TemporaryNode implements AutoCloseable {
  private final ScratchDirectory scratch;
  private final NodeLife life;
  private final Duration startTime;

  private TemporaryNode(ScratchDirectory scratch, NodeLife life, Duration startTime) {
    this.scratch = scratch;
    this.life = life;
    this.startTime = startTime;
  }

  /**
   * Starts one, on a free port.
   *
   * @param name part of its directory's name
   * @param hocon settings of it
   * @param outputs directories that its sessions may write to, besides {@link #scratch}
   */
  public static TemporaryNode start(String name, String hocon, List<Path> outputs)
      throws IOException {
    ScratchDirectory scratch = ScratchDirectory.create(name);
    boolean started = false;
    try {
      List<Path> roots = new ArrayList<>(outputs);
      roots.add(scratch.path());
      Path data = scratch.path().resolve("data");
      long began = System.nanoTime();
      NodeLife life =
          NodeLife.start(new NodeOptions(data, null, 0, roots, ConfigFactory.parseString(hocon)));
      started = true;
      return new TemporaryNode(scratch, life, Duration.ofNanos(System.nanoTime() - began));
    } finally {
      if (!started) {
        scratch.close();
      }
    }
  }

  /** The node itself. */
  public MainstayNode node() {
    return life.node();
  }

  /** Where clients reach it. */
  public NodeAddress address() {
    return NodeAddress.parse(node().address(), node().token());
  }

  /** Of the node. */
  public Path dataDirectory() {
    return scratch.path().resolve("data");
  }

  /** Gone with the node; its sessions may write there. */
  public Path scratch() {
    return scratch.path();
  }

  /** From the start to ready. */
  public Duration startTime() {
    return startTime;
  }

  @Override
  public void close() throws IOException {
    life.close();
    scratch.close();
  }
}
