package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot come to good does not start. */
class NodePreflightTest {
  private static final String GROUP = "mainstay.ownership.memory.orchestrator.system_memory";

  @TempDir private Path directory;
  private Config sound;

  @BeforeEach
  void haveASoundNode() throws Exception {
    Path worker = Files.createFile(directory.resolve("worker"));
    assertTrue(worker.toFile().setExecutable(true));
    Path library = Files.createFile(directory.resolve("library"));
    sound =
        with("mainstay.device.worker.binary", worker.toString())
            .withFallback(with("mainstay.device.worker.onnx-runtime", library.toString()))
            .withFallback(with("akka.remote.artery.canonical.hostname", "127.0.0.1"))
            .withFallback(ConfigFactory.load());
  }

  @Test
  void soundNode_isLetStart() {
    NodePreflight.check(sound, 0);
  }

  @Test
  void fieldWithoutOwner_stopsTheStart_withFileAndLine() throws Exception {
    Path file = directory.resolve("more.conf");
    Files.writeString(file, "\n" + GROUP + ".dreams = \"what nobody holds\"\n");
    Config more = ConfigFactory.parseFile(file.toFile()).withFallback(sound);

    ConfigException failure =
        assertThrows(ConfigException.class, () -> NodePreflight.check(more, 0));

    assertTrue(failure.getMessage().contains(GROUP + ".dreams"), failure.getMessage());
    assertTrue(failure.getMessage().contains("more.conf: 2"), failure.getMessage());
  }

  @Test
  void ownerWithoutField_stopsTheStart() {
    ConfigException failure =
        assertThrows(
            ConfigException.class,
            () -> NodePreflight.check(sound.withoutPath(GROUP + ".pools"), 0));

    assertTrue(failure.getMessage().contains(GROUP + ".pools"), failure.getMessage());
  }

  @Test
  void missingWorker_stopsTheStart() {
    Config missing =
        with("mainstay.device.worker.binary", directory.resolve("none").toString())
            .withFallback(sound);

    NodeProblem problem = assertThrows(NodeProblem.class, () -> NodePreflight.check(missing, 0));

    assertEquals("worker_binary_missing", problem.code());
  }

  private static Config with(String path, String value) {
    return ConfigValueFactory.fromAnyRef(value).atPath(path);
  }
}
