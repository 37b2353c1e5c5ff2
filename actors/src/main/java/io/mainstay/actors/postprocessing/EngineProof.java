package io.mainstay.actors.postprocessing;

import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** That results can be stored and come back as they were. Blocks on the disk. */
final class EngineProof {
  /** Owner of what is stored for it; nothing is kept. */
  private static final String OWNER = "proof/postprocessing";

  private static final int BYTES = 4_096;

  private EngineProof() {}

  /**
   * Stores, reads back and lets go.
   *
   * @throws IOException if any of it fails, or other bytes come back
   */
  static PostprocessingCommand.Proof of(ArtifactStore store) throws IOException {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (i * 31);
    }
    long begun = System.nanoTime();
    BlobRef stored = store.put(OWNER, "proof", bytes);
    try (InputStream in = store.open(stored.sha256())) {
      if (!Arrays.equals(bytes, in.readAllBytes())) {
        throw new IOException(
            "%d bytes were stored as %s, and others came back".formatted(BYTES, stored.sha256()));
      }
    } finally {
      store.release(OWNER);
    }
    return new PostprocessingCommand.Proof(
        stored.sha256(), BYTES, (System.nanoTime() - begun) / 1_000);
  }
}
