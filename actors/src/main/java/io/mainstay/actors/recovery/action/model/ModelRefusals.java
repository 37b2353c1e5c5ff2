package io.mainstay.actors.recovery.action.model;

import java.util.concurrent.CompletionException;

/** What is inside the failures that futures give. Pure. */
final class ModelRefusals {
  private ModelRefusals() {}

  /** What failed first. */
  static Throwable of(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? of(failure.getCause())
        : failure;
  }
}
