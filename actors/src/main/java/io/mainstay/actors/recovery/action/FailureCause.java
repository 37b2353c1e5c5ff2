package io.mainstay.actors.recovery.action;

import java.util.concurrent.CompletionException;

/** What is inside the failures that futures give. Pure. */
public final class FailureCause {
  private FailureCause() {}

  /** What failed first. */
  public static Throwable of(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? of(failure.getCause())
        : failure;
  }

  /** What that says, for people; {@code null} as text if it says nothing. */
  public static String message(Throwable failure) {
    return String.valueOf(of(failure).getMessage());
  }
}
