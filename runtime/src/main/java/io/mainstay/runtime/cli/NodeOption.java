package io.mainstay.runtime.cli;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.NodeAddress;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which node a command talks to: that of a data directory, or one at an address. */
public final class NodeOption {
  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Data directory of the node; else $MAINSTAY_DATA, else ~/.local/share/mainstay.")
  private Path data;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "Address of the node, instead of reading it from the data directory.")
  private String node;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The node's token; the data directory's otherwise.")
  private Path tokenFile;

  public NodeOption(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The data directory as given or by default. */
  public Path dataDirectory() {
    return (data == null ? terminal.defaultDataDirectory() : data).toAbsolutePath().normalize();
  }

  /** Whether the node is named by an address. */
  public boolean remote() {
    return node != null;
  }

  /** Reaches the node, or throws why it cannot. */
  public MainstayClient connect() {
    if (node == null) {
      NodeAddress address = NodeAddress.ofDataDirectory(dataDirectory());
      return MainstayClient.connect(
          tokenFile == null
              ? address
              : new NodeAddress(address.host(), address.port(), NodeAddress.readToken(tokenFile)));
    }
    NodeAddress named;
    try {
      named = NodeAddress.parse(node, "");
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage("--node " + e.getMessage(), "give it as 127.0.0.1:25520");
    }
    Path token = tokenFile == null ? dataDirectory().resolve(NodeAddress.TOKEN_FILE) : tokenFile;
    return MainstayClient.connect(
        new NodeAddress(named.host(), named.port(), NodeAddress.readToken(token)));
  }
}
