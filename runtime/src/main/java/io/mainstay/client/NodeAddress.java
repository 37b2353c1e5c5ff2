package io.mainstay.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a node listens and what lets a client in.
 *
 * @param host name or address
 * @param port of the actor protocol
 * @param token contents of {@code <data>/token}
 */
public record NodeAddress(String host, int port, String token) {
  /** File of the data directory that a ready node writes. */
  public static final String NODE_FILE = "node.json";

  /** File of the data directory with the secret that clients show. */
  public static final String TOKEN_FILE = "token";

  /**
   * The node of a data directory.
   *
   * @throws NodeUnreachableException when no node has written its address there
   */
  public static NodeAddress ofDataDirectory(Path directory) {
    Path file = directory.resolve(NODE_FILE);
    try {
      JsonNode node = new ObjectMapper().readTree(Files.readAllBytes(file));
      return parse(node.path("address").asText(), readToken(directory.resolve(TOKEN_FILE)));
    } catch (NoSuchFileException e) {
      throw new NodeUnreachableException(
          "no node runs on data directory " + directory + ", there is no " + file,
          "start one with `mainstay node --data " + directory + "`, or give --node HOST:PORT",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new NodeUnreachableException(
          "cannot read the node's address from " + file + ", " + reason(e),
          "check who owns the file; a node that starts again writes it anew",
          e);
    }
  }

  /**
   * @param address {@code HOST:PORT}, or an actor address that ends with it
   * @throws IllegalArgumentException when it is neither
   */
  public static NodeAddress parse(String address, String token) {
    String hostAndPort = address.substring(address.lastIndexOf('@') + 1).replace("akka://", "");
    int colon = hostAndPort.lastIndexOf(':');
    try {
      int port = Integer.parseInt(hostAndPort.substring(colon + 1));
      String host = hostAndPort.substring(0, Math.max(colon, 0));
      if (!host.isEmpty() && port > 0 && port <= 65_535) {
        return new NodeAddress(host, port, token);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + address + "' is not HOST:PORT", e);
    }
    throw new IllegalArgumentException("'" + address + "' is not HOST:PORT");
  }

  /**
   * The token in that file.
   *
   * @throws NodeUnreachableException when it cannot be read
   */
  public static String readToken(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new NodeUnreachableException(
          "cannot read the node's token from " + file + ", " + reason(e),
          "run as the user who runs the node, or name a readable copy with --token-file",
          e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof NoSuchFileException
        ? "no such file"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
