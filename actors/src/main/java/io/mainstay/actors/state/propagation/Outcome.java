package io.mainstay.actors.state.propagation;

/** What a receiver of a change said, or did not say. */
public enum Outcome {
  /** Nothing yet. */
  OPEN,
  /** It has it. */
  CONFIRMED,
  /** It will not have it. */
  REFUSED,
  /** Its device is out of reach: it is told when that is over. */
  HELD,
  /** It was told as often as it is told, and never answered. */
  SILENT,
  /** It ended before it answered; who follows it is told anew. */
  GONE
}
