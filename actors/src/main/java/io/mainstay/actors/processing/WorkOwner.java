package io.mainstay.actors.processing;

/** Under which owners a session's blobs are kept. */
final class WorkOwner {
  private WorkOwner() {}

  /** Inputs and batch results: until the session is over. Outputs belong to the session itself. */
  static String of(String sessionId) {
    return sessionId + "/work";
  }
}
