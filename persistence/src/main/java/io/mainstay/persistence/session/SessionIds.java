package io.mainstay.persistence.session;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.Ulid;

/** Ids of sessions: ULIDs, so that their order is that of their acceptance. Thread-safe. */
public final class SessionIds {
  private final EventStamper stamper;

  /** Draws from the node's stamper. */
  public SessionIds(EventStamper stamper) {
    this.stamper = stamper;
  }

  /** A fresh id. */
  public String next() {
    return stamper.nextId();
  }

  /** True if the text can be a session's id. Check at the boundary: an entity exists per id. */
  public static boolean isValid(String text) {
    return Ulid.isValid(text);
  }
}
