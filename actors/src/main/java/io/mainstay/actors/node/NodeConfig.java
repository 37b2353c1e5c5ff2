package io.mainstay.actors.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import io.mainstay.persistence.database.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Layers of a node's configuration: program, file of the user, what the node derives, defaults. */
final class NodeConfig {
  private NodeConfig() {}

  /** Without what needs the database. */
  static Config of(NodeOptions options) {
    Config user = ConfigFactory.empty();
    if (options.configFile() != null) {
      if (!Files.isRegularFile(options.configFile())) {
        throw new NodeProblem(
            "configuration_missing",
            "there is no configuration file " + options.configFile(),
            "name an existing file with --conf, or leave it out",
            null);
      }
      user =
          ConfigFactory.parseFile(
              options.configFile().toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }
    return ConfigFactory.load(
        options
            .extra()
            .withFallback(user)
            .withFallback(ConfigFactory.parseResources("mainstay-transport.conf"))
            .withFallback(ConfigFactory.parseResources("mainstay-node.conf")));
  }

  /** The port asked for, or the configured one when the options leave it open. */
  static int port(NodeOptions options, Config base) {
    return options.port() >= 0 ? options.port() : base.getInt("mainstay.node.port");
  }

  static Config complete(NodeOptions options, Config base, Path data, Database database, int port) {
    List<String> roots = new ArrayList<>(base.getStringList("mainstay.output.roots"));
    options.outputRoots().forEach(root -> roots.add(root.toAbsolutePath().toString()));
    Config derived =
        ConfigFactory.parseString(
                "akka.remote.artery.canonical.port = "
                    + port
                    + "\nakka.coordinated-shutdown.phases.before-service-unbind.timeout = "
                    + NodeSettings.of(base).drainTimeout().plus(MainstayNode.STOP_GRACE).toMillis()
                    + " ms")
            .withValue(
                "mainstay.device.cache-directory",
                ConfigValueFactory.fromAnyRef(data.resolve("cache").toString()))
            .withValue("mainstay.output.roots", ConfigValueFactory.fromIterable(roots));
    return derived
        .withFallback(worker(base))
        .withFallback(database.akkaConfig())
        .withFallback(base)
        .resolve();
  }

  /** Paths of the worker and its library in the product's home, where none are set. */
  private static Config worker(Config base) {
    String home = System.getProperty("mainstay.home");
    Config derived = ConfigFactory.empty();
    if (home == null) {
      return derived;
    }
    Path dist = Path.of(home, "native-worker", "target", "dist");
    if (base.getString("mainstay.device.worker.binary").isEmpty()) {
      derived =
          derived.withValue(
              "mainstay.device.worker.binary",
              ConfigValueFactory.fromAnyRef(dist.resolve("bin/mainstay-worker").toString()));
    }
    if (base.getString("mainstay.device.worker.onnx-runtime").isEmpty()) {
      derived =
          derived.withValue(
              "mainstay.device.worker.onnx-runtime",
              ConfigValueFactory.fromAnyRef(dist.resolve("lib/libonnxruntime.so").toString()));
    }
    return derived;
  }

  /** From the jar's manifest; the development version when run from class files. */
  static String version() {
    String version = NodeConfig.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }
}
