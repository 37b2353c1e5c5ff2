package io.mainstay.actors.state.propagation;

/** How urgent a message is, the most urgent first. A queue of its own for each. */
public enum Rank {
  /** Critical: at once, and before everything that waits. */
  P0,
  /** High. */
  P1,
  /** Normal. */
  P2,
  /** Low: progress and metrics, of which only the last counts. */
  P3
}
