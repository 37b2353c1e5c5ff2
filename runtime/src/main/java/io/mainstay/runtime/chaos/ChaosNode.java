package io.mainstay.runtime.chaos;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.mainstay.actors.node.MainstayNode;
import io.mainstay.actors.node.NodeOptions;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.NodeAddress;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.node.NodeLife;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A temporary node with two devices, fault injection on and files of its own to damage; gone, with
 * all that it wrote, when it is closed.
 */
public final class ChaosNode implements AutoCloseable {
  private static final int DISK_MEBIBYTES = 128;

  /** Its devices. */
  public static final List<String> DEVICES = List.of("cpu-0", "cpu-1");

  private final ScratchDirectory scratch;
  private final SmallDisk disk;
  private final NodeLife life;
  private final MainstayClient client;
  private final ChaosStage stage;

  private ChaosNode(
      ScratchDirectory scratch,
      SmallDisk disk,
      NodeLife life,
      MainstayClient client,
      ChaosStage stage) {
    this.scratch = scratch;
    this.disk = disk;
    this.life = life;
    this.client = client;
    this.stage = stage;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param setup what it is like
   * @throws CliFailure where such a node cannot be had
   */
  public static ChaosNode start(Setup setup) throws IOException {
    ScratchDirectory scratch = ScratchDirectory.create("chaos");
    Path home = Files.createDirectories(scratch.path().resolve("node"));
    Path files = Files.createDirectories(scratch.path().resolve("files"));
    SmallDisk disk = null;
    ChaosHook hook = null;
    NodeLife life = null;
    boolean started = false;
    try {
      disk = setup == Setup.SMALL_DISK ? SmallDisk.mount(home, DISK_MEBIBYTES) : null;
      Path data = home.resolve("data");
      FileCausers.writePolicy(data);
      setup.prepare(home);
      hook = setup == Setup.ALERTING ? ChaosHook.start(home) : null;
      String hocon = hocon(setup, home);
      life =
          NodeLife.start(
              new NodeOptions(
                  data, null, 0, List.of(scratch.path()), ConfigFactory.parseString(hocon)));
      MainstayNode node = life.node();
      MainstayClient client =
          MainstayClient.connect(NodeAddress.parse(node.address(), node.token()));
      ChaosStage stage =
          new ChaosStage(client, files, data, setup, met(setup), settings(hocon, scratch.path()));
      if (hook != null) {
        stage.alertsGoTo(hook);
      }
      started = true;
      return new ChaosNode(scratch, disk, life, client, stage);
    } finally {
      if (!started) {
        if (hook != null) {
          hook.close();
        }
        close(life, disk, scratch);
      }
    }
  }

  /** One line each, without what changes from run to run. */
  private static List<String> settings(String hocon, Path scratch) {
    return ConfigFactory.parseString(hocon).entrySet().stream()
        .map(one -> one.getKey() + " = " + one.getValue().render(ConfigRenderOptions.concise()))
        .map(line -> line.replace(scratch.toString(), "DIR"))
        .sorted()
        .toList();
  }

  private static Set<Need> met(Setup setup) {
    Set<Need> met = EnumSet.allOf(Need.class);
    if (setup != Setup.SMALL_DISK) {
      met.remove(Need.SMALL_DISK);
    }
    if (!MemoryGroup.possible()) {
      met.remove(Need.MEMORY_GROUP);
    }
    if (!BusyFile.possible()) {
      met.remove(Need.BUSY_FILE);
    }
    if (!FileLimit.possible()) {
      met.remove(Need.FILE_LIMIT);
    }
    return met;
  }

  /**
   * Small budgets, so that memory is soon short; short bounds where seconds would only be idle.
   * Each error is looked at as if it did not come often.
   */
  private static String hocon(Setup setup, Path home) {
    return """
    mainstay.device {
      worker { fault-injection = on, data-limit-headroom = 256MiB }
      restart { retry-after-failure = 5s }
      progress { floor = 3s, load = 10s }
      pace { learned-after = 8, slow-in-a-row = 5 }
    }
    mainstay.consistency.start-after = 2s
    mainstay.escalation.frequency.high-degrades = off
    mainstay.modes {
      watch.memory = off
      modes.performance_conservation_mode { least-stay = 2s, quiet = 2s }
      modes.safety_first_mode { least-stay = 2s, quiet = 2s }
      modes.device_isolation { least-stay = 1s, quiet = 1s }
      restoration { pause = 1s, pause-max = 5s }
    }
    mainstay.modes.restoration.probe.memory-used-max = 1
    mainstay.postprocessing.safety.policy = "%s"
    %s
    """
        .formatted(home.resolve(FileCausers.POLICY), setup.hocon(home));
  }

  /** Where conditions are brought about. */
  public ChaosStage stage() {
    return stage;
  }

  /** The node, asked as anybody would. */
  public MainstayClient client() {
    return client;
  }

  @Override
  public void close() throws IOException {
    try (scratch;
        disk;
        life;
        client;
        stage) {
      // In the order that they need each other, the last first.
    }
  }

  private static void close(NodeLife life, SmallDisk disk, ScratchDirectory scratch)
      throws IOException {
    if (life != null) {
      life.close();
    }
    if (disk != null) {
      disk.close();
    }
    scratch.close();
  }
}
