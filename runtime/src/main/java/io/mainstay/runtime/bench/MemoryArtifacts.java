package io.mainstay.runtime.bench;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.persistence.session.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Artifacts in this process's memory, gone with it: the side that is not durable. Thread-safe. */
final class MemoryArtifacts implements ArtifactStore {
  private final Map<String, byte[]> bytesBySha256 = new ConcurrentHashMap<>();

  @Override
  public BlobRef put(String owner, String name, byte[] bytes) {
    String sha256 = sha256(bytes);
    bytesBySha256.put(sha256, bytes.clone());
    return new BlobRef(name, sha256, bytes.length);
  }

  @Override
  public BlobRef put(String owner, String name, Path file) throws IOException {
    return put(owner, name, Files.readAllBytes(file));
  }

  @Override
  public void keep(String owner, Collection<String> sha256s) {
    // Everything is kept to the end.
  }

  @Override
  public void release(String owner) {
    // Everything is kept to the end.
  }

  @Override
  public InputStream open(String sha256) throws IOException {
    byte[] bytes = bytesBySha256.get(sha256);
    if (bytes == null) {
      throw new NoSuchFileException(sha256);
    }
    return new ByteArrayInputStream(bytes);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
