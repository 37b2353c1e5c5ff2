package io.mainstay.actors.consistency.check;

import java.util.Optional;
import java.util.Set;

/**
 * Which sagas run.
 *
 * @param awake sagas that live on this node; empty if that is not known
 */
public record SagaFacts(Optional<Set<String>> awake) {
  /** Nothing is known. */
  public static final SagaFacts NONE = new SagaFacts(Optional.empty());

  public SagaFacts {
    awake = awake.map(Set::copyOf);
  }
}
