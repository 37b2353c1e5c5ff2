package io.mainstay.protocol.state;

/**
 * Weight that a sender gives a state message or the work it is about; in rising order, which is
 * also the wire's.
 */
public enum StatePriority {
  /** When nothing else waits. */
  LOW,
  /** The usual. */
  NORMAL,
  /** Before the usual. */
  HIGH,
  /** Before everything. */
  CRITICAL
}
