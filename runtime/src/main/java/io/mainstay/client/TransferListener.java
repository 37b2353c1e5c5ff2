package io.mainstay.client;

/** Told how far an upload is. */
@FunctionalInterface
public interface TransferListener {
  /** After each acknowledged chunk. */
  void onProgress(long bytes, long totalBytes);

  /** For callers that do not watch. */
  TransferListener NONE = (bytes, total) -> {};
}
