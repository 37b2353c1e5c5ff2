package io.mainstay.actors.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The uploads that this gateway began and that are not finished, so that only so many are. Uploads
 * of an earlier life of the node are not counted. Thread-safe.
 */
final class OpenUploads {
  /** How long a client is asked to wait for a place, in milliseconds. */
  private static final long RETRY_AFTER_MILLIS = 1_000;

  private final int max;
  private final Duration idle;
  private final LongSupplier nanoTime;
  private final Map<String, Long> touched = new HashMap<>();

  OpenUploads(int max, Duration idle, LongSupplier nanoTime) {
    this.max = max;
    this.idle = idle;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a place.
   *
   * @throws Refusal that says busy if there is none
   */
  synchronized void begin(String uploadId) {
    if (touched.size() >= max) {
      throw Refusal.busy(
          "an upload was asked for; "
              + touched.size()
              + " are open, and mainstay.gateway.open-uploads is "
              + max,
          RETRY_AFTER_MILLIS);
    }
    touched.put(uploadId, nanoTime.getAsLong());
  }

  /** A chunk came. */
  synchronized void touch(String uploadId) {
    touched.computeIfPresent(uploadId, (id, before) -> nanoTime.getAsLong());
  }

  /** It is finished or given up. */
  synchronized void end(String uploadId) {
    touched.remove(uploadId);
  }

  /** Takes out those that rested for too long: their bytes are to be dropped. */
  synchronized List<String> expired() {
    long now = nanoTime.getAsLong();
    List<String> resting = new ArrayList<>();
    touched.forEach(
        (id, at) -> {
          if (now - at > idle.toNanos()) {
            resting.add(id);
          }
        });
    resting.forEach(touched::remove);
    return resting;
  }
}
