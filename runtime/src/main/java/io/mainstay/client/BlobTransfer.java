package io.mainstay.client;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongFunction;

/** Moves inputs to the node and results from it, in acknowledged chunks, hashes checked. */
final class BlobTransfer {
  private final GatewayLink link;

  BlobTransfer(GatewayLink link) {
    this.link = link;
  }

  /** Sends a file; it is durable on the node when this returns. */
  BlobRef upload(Path file, TransferListener listener) throws IOException {
    long size = Files.size(file);
    GatewayReply.UploadBegun begun =
        call(
            new GatewayRequest.BeginUpload(file.getFileName().toString(), size),
            GatewayReply.UploadBegun.class);
    MessageDigest digest = sha256();
    byte[] buffer = new byte[begun.chunkBytes()];
    long sent = 0;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      int index = 0;
      for (int n = in.readNBytes(buffer, 0, buffer.length);
          n > 0;
          n = in.readNBytes(buffer, 0, buffer.length)) {
        byte[] bytes = n == buffer.length ? buffer.clone() : Arrays.copyOf(buffer, n);
        call(
            new GatewayRequest.UploadChunk(begun.uploadId(), index, bytes),
            GatewayReply.ChunkStored.class);
        index++;
        sent += n;
        listener.onProgress(sent, size);
      }
    }
    String hash = HexFormat.of().formatHex(digest.digest());
    return call(
            new GatewayRequest.FinishUpload(begun.uploadId(), hash), GatewayReply.Uploaded.class)
        .blob();
  }

  /** Receives a blob into a file that appears complete or not at all. */
  void download(BlobRef blob, Path file) throws IOException {
    download(blob, offset -> new GatewayRequest.FetchChunk(blob.sha256(), offset), file);
  }

  /** The same, asked for chunk by chunk in another way. */
  void download(BlobRef blob, LongFunction<GatewayRequest> chunkAt, Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    MessageDigest digest = sha256();
    try {
      long offset = 0;
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(partial), digest)) {
        while (offset < blob.bytes()) {
          GatewayReply.Chunk chunk = call(chunkAt.apply(offset), GatewayReply.Chunk.class);
          if (chunk.bytes().length == 0) {
            throw new IOException(
                blob.name() + " ends at byte " + offset + " of " + blob.bytes() + " on the node");
          }
          out.write(chunk.bytes());
          offset += chunk.bytes().length;
        }
      }
      String hash = HexFormat.of().formatHex(digest.digest());
      if (!hash.equals(blob.sha256())) {
        throw new IOException(
            blob.name() + " arrived with SHA-256 " + hash + ", expected " + blob.sha256());
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private <R extends GatewayReply> R call(GatewayRequest request, Class<R> expected) {
    return link.call(request, link.settings().askTimeout(), expected);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
