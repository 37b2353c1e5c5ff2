package io.mainstay.actors.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * The files by which clients find a node: {@code token} and, while it is ready, {@code node.json}.
 * Both 0600.
 */
final class NodeFiles {
  private static final int TOKEN_BYTES = 32;
  private final Path dataDirectory;

  NodeFiles(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /** The node's token; made on the first start. */
  String token() throws IOException {
    Path file = dataDirectory.resolve("token");
    if (Files.isRegularFile(file)) {
      String token = Files.readString(file).strip();
      if (token.matches("[0-9a-f]{" + 2 * TOKEN_BYTES + "}")) {
        return token;
      }
    }
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = HexFormat.of().formatHex(random);
    write(file, token + "\n");
    return token;
  }

  /** Says that the node is ready, and where. */
  void announce(String system, String address, String version, Instant startedAt)
      throws IOException {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("pid", ProcessHandle.current().pid());
    node.put("system", system);
    node.put("address", address);
    node.putNull("http");
    node.put("version", version);
    node.put("startedAt", startedAt.toString());
    write(dataDirectory.resolve("node.json"), node.toPrettyString() + "\n");
  }

  /** The node is not ready any more. */
  void withdraw() throws IOException {
    Files.deleteIfExists(dataDirectory.resolve("node.json"));
  }

  private static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
