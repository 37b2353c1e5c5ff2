package io.mainstay.actors.processing;

import io.mainstay.actors.gateway.Refusal;
import java.util.concurrent.CompletionException;

/** Why a question about a session is not answered. */
final class SessionRefusals {
  private SessionRefusals() {}

  /** There is none of that id. */
  static Refusal unknown(String sessionId) {
    return Refusal.of(
        "unknown_session",
        "There is no session '" + sessionId + "'",
        "'mainstay sessions' lists those that were accepted");
  }

  /** Whether there is one cannot be told. */
  static Refusal unreadable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return Refusal.of(
        "storage_unavailable",
        "The journal cannot be read, so whether there is such a session is unknown: "
            + cause.getMessage(),
        "Repair the data directory's disk, then ask again; 'mainstay doctor' checks it");
  }
}
