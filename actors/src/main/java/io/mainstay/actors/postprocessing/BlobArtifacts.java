package io.mainstay.actors.postprocessing;

import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The artifacts of a node in its blob store. Thread-safe; blocks. */
public final class BlobArtifacts implements ArtifactStore {
  private final BlobStore blobs;
  private final int chunkBytes;

  /**
   * @param chunkBytes most bytes of a chunk that the store takes
   */
  public BlobArtifacts(BlobStore blobs, int chunkBytes) {
    this.blobs = blobs;
    this.chunkBytes = chunkBytes;
  }

  @Override
  public BlobRef put(String owner, String name, byte[] bytes) throws IOException {
    return onDisk(
        () -> {
          BlobRef blob = blobs.put(name, bytes);
          blobs.addReference(owner, blob.sha256());
          return blob;
        });
  }

  @Override
  public BlobRef put(String owner, String name, Path file) throws IOException {
    String uploadId = "artifact-" + UUID.randomUUID();
    try (InputStream in = Files.newInputStream(file)) {
      blobs.begin(uploadId, name);
      byte[] chunk = new byte[chunkBytes];
      int index = 0;
      int read = in.readNBytes(chunk, 0, chunkBytes);
      while (read > 0) {
        blobs.append(uploadId, index++, read == chunkBytes ? chunk : Arrays.copyOf(chunk, read));
        read = in.readNBytes(chunk, 0, chunkBytes);
      }
      BlobRef blob = blobs.finish(uploadId);
      blobs.addReferences(owner, List.of(blob.sha256()));
      return blob;
    } catch (RuntimeException refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  @Override
  public void keep(String owner, Collection<String> sha256s) throws IOException {
    onDisk(
        () -> {
          blobs.addReferences(owner, sha256s);
          return null;
        });
  }

  @Override
  public void release(String owner) throws IOException {
    onDisk(
        () -> {
          blobs.releaseReferences(owner);
          return null;
        });
  }

  @Override
  public InputStream open(String sha256) throws IOException {
    return onDisk(() -> blobs.open(sha256));
  }

  /** Work on the database. */
  @FunctionalInterface
  private interface Work<T> {
    T run();
  }

  // The store reports refusals and failures of the database unchecked; here both are the disk's.
  private static <T> T onDisk(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (RuntimeException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }
}
