package io.mainstay.actors.consistency.check;

import java.util.Locale;

/** Who is right about a field when two disagree. */
public enum Authority {
  /** The worker, about what is in it. */
  WORKER,
  DEVICE,
  MEMORY,
  MODEL,
  PROCESSING,
  INFERENCE,
  /** What transactions hold, by their participants. */
  TRANSACTION,
  /** What is durable. */
  JOURNAL,
  /** Declared hashes and sizes. */
  REGISTRY,
  /** Processes and files as the kernel has them. */
  OPERATING_SYSTEM;

  /** Such as {@code operating_system}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
