package io.mainstay.actors.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * What a node is started with.
 *
 * @param dataDirectory where its database, token, cache and models lie; created if missing
 * @param configFile overrides of the defaults, or null
 * @param port of the actor protocol; 0 picks a free one, -1 takes the configured one
 * @param outputRoots directories under which sessions may write on this host, besides configured
 *     ones
 * @param extra overrides of everything else, for programs and tests
 */
public record NodeOptions(
    Path dataDirectory, Path configFile, int port, List<Path> outputRoots, Config extra) {
  public NodeOptions {
    outputRoots = List.copyOf(outputRoots);
    if (port < -1 || port > 65535) {
      throw new IllegalArgumentException(
          "port " + port + " is none; use 0 to 65535, or -1 for the configured one");
    }
  }

  /** A node on that directory, on a free port, with defaults. */
  public static NodeOptions of(Path dataDirectory) {
    return new NodeOptions(dataDirectory, null, 0, List.of(), ConfigFactory.empty());
  }

  /** The same with these overrides, HOCON. */
  public NodeOptions with(String hocon) {
    return new NodeOptions(
        dataDirectory,
        configFile,
        port,
        outputRoots,
        ConfigFactory.parseString(hocon).withFallback(extra));
  }
}
