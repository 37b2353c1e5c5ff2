package io.mainstay.actors.postprocessing;

import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Where inputs, results and outputs lie, by their SHA-256. Thread-safe. Every method blocks on the
 * disk: call it on a blocking dispatcher only. Putting the same bytes again is harmless.
 */
public interface ArtifactStore {
  /**
   * Durable when it returns, and kept as long as its owner.
   *
   * @param owner such as a session's id
   * @param name for people
   * @throws IOException if the store cannot take it; the message says why and what to do
   */
  BlobRef put(String owner, String name, byte[] bytes) throws IOException;

  /** The same for a file, which stays where it is. */
  BlobRef put(String owner, String name, Path file) throws IOException;

  /** These blobs live as long as their owner, such as a session. */
  void keep(String owner, Collection<String> sha256s) throws IOException;

  /** Nothing is kept for that owner any more. */
  void release(String owner) throws IOException;

  /**
   * The bytes of a blob; the caller closes the stream.
   *
   * @throws IOException also if there is no such blob
   */
  InputStream open(String sha256) throws IOException;
}
