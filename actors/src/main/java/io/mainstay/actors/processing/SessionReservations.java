package io.mainstay.actors.processing;

import io.mainstay.persistence.session.WorkClass;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a session reserves once, before its first batch: all of it or nothing. Thread-safe. */
public interface SessionReservations {
  /**
   * What a session needs.
   *
   * @param model that it is worked on with, to be on a device; empty for none
   * @param kind of inference, such as {@code text_to_image}
   * @param operations on its pictures; empty for a session without pictures
   */
  record Wanted(
      String sessionId, WorkClass workClass, String model, String kind, List<String> operations) {
    public Wanted {
      operations = List.copyOf(operations);
    }
  }

  /** What one runner reserved, or tries to. */
  interface Hold {
    /**
     * Done when all is reserved. Fails with a {@link io.mainstay.actors.gateway.Refusal}, which
     * names a time to retry if asking again can help; nothing is held then. Bounded.
     */
    CompletionStage<Void> granted();

    /** Gives everything back, also what is granted later. Harmless if nothing is held. */
    void release();
  }

  /** Begins to reserve. */
  Hold reserve(Wanted wanted);

  /** For runners beside a node: all is granted, and nothing held. */
  static SessionReservations none() {
    return wanted ->
        new Hold() {
          @Override
          public CompletionStage<Void> granted() {
            return CompletableFuture.completedStage(null);
          }

          @Override
          public void release() {
            // Nothing is held.
          }
        };
  }
}
