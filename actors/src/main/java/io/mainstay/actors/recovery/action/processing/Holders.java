package io.mainstay.actors.recovery.action.processing;

import io.mainstay.persistence.identity.Ulid;
import java.util.Arrays;
import java.util.Optional;

/** What names of actors and claims say of sessions. Pure. */
final class Holders {
  private Holders() {}

  /** The session whose id is a part of it, such as of {@code .../runner-01JD...#12}. */
  static Optional<String> session(String holder) {
    return Arrays.stream(holder.split("[^0-9A-Za-z]")).filter(Ulid::isValid).findFirst();
  }
}
