package io.mainstay.actors.postprocessing;

import io.mainstay.persistence.database.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Tells a disk that fails, which room or a repair mends while the work waits, from a request that
 * the stores refuse however often it is made, such as one for a blob that is gone or corrupt.
 */
public final class StorageFailure {
  /** Code of the refusal; work that was refused so is tried again without being counted. */
  public static final String CODE = "storage_unavailable";

  private StorageFailure() {}

  static boolean is(Throwable failed) {
    if (failed instanceof IOException) {
      // The artifact store wraps what the blob store throws unchecked.
      return !(failed.getCause() instanceof RuntimeException unchecked) || is(unchecked);
    }
    return failed instanceof StorageException || failed instanceof UncheckedIOException;
  }
}
