package io.mainstay.actors.model.report;

import io.mainstay.persistence.serialization.WireMessage;

/**
 * What reading every file of a model anew found.
 *
 * @param files that were hashed
 * @param bytes that were hashed
 * @param problem why it is broken, with remedy; empty if it is sound
 */
public record ModelVerification(
    String modelId, String version, String origin, int files, long bytes, String problem)
    implements WireMessage {
  /** Whether it can be loaded. */
  public boolean sound() {
    return problem.isEmpty();
  }
}
