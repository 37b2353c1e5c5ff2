package io.mainstay.protocol.state;

/** How much of its limit a worker keeps for later instead of giving it back. */
public enum MemoryAllocationPolicy {
  /** Gives freed memory back to the system at once. */
  CONSERVATIVE,
  /** The allocator's own choice. */
  BALANCED,
  /** Keeps freed memory for the next load. */
  AGGRESSIVE
}
