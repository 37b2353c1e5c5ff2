package io.mainstay.actors.node;

import com.typesafe.config.Config;
import io.mainstay.actors.state.ownership.OwnershipCatalog;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be known to be wrong before the first actor starts. */
final class NodePreflight {
  private NodePreflight() {}

  /**
   * Refuses a start that cannot come to good.
   *
   * @throws com.typesafe.config.ConfigException with file and line, if the catalog of owners and
   *     the declarations in code differ, or a text for people is wrong
   */
  static void check(Config config, int port) {
    OwnershipCatalog.load(config);
    NodeNotifications.check(config);
    worker(Path.of(config.getString("mainstay.device.worker.binary")));
    library(Path.of(config.getString("mainstay.device.worker.onnx-runtime")));
    String host = config.getString("akka.remote.artery.canonical.hostname");
    secure(host, config.getString("akka.remote.artery.transport"));
    port(host, port);
  }

  private static void worker(Path binary) {
    if (!Files.isRegularFile(binary)) {
      throw new NodeProblem(
          "worker_binary_missing",
          "the worker's program " + binary + " does not exist",
          "build it with 'mvn -DskipTests package', or set mainstay.device.worker.binary",
          null);
    }
    if (!Files.isExecutable(binary)) {
      throw new NodeProblem(
          "worker_binary_not_executable",
          "the worker's program " + binary + " is not executable",
          "chmod +x it, and check that its file system is not mounted noexec",
          null);
    }
  }

  private static void library(Path library) {
    if (!Files.isRegularFile(library)) {
      throw new NodeProblem(
          "onnx_runtime_missing",
          "the ONNX Runtime library " + library + " does not exist",
          "build it with 'mvn -DskipTests package', or set mainstay.device.worker.onnx-runtime",
          null);
    }
  }

  /** The token travels in clear text unless the transport is mutual TLS. */
  private static void secure(String host, String transport) {
    InetSocketAddress address = new InetSocketAddress(host, 0);
    boolean loopback = !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    if (!loopback && !transport.equals("tls-tcp")) {
      throw new NodeProblem(
          "insecure_address",
          "the node would listen on " + host + " without mutual TLS (transport " + transport + ")",
          "set akka.remote.artery.transport = tls-tcp with keys for both sides, or listen on"
              + " 127.0.0.1",
          null);
    }
  }

  private static void port(String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
    } catch (BindException taken) {
      throw portInUse(host + ":" + port, taken);
    } catch (IOException failed) {
      throw new NodeProblem(
          "address_unusable",
          "cannot listen on " + host + ":" + port + ": " + failed.getMessage(),
          "check akka.remote.artery.canonical.hostname",
          failed);
    }
  }

  private static NodeProblem portInUse(String address, Throwable cause) {
    return new NodeProblem(
        "port_in_use",
        "port " + address + " is in use by another process",
        "stop that process, or choose another port with --port (0 picks a free one)",
        cause);
  }

  /** What an actor system that could not be created tells a user. */
  static NodeProblem explain(RuntimeException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof BindException) {
        return portInUse(String.valueOf(at.getMessage()), failed);
      }
    }
    return new NodeProblem(
        "node_not_started",
        "the node's actor system did not start: " + failed.getMessage(),
        "see the node's log for the cause",
        failed);
  }
}
