package io.mainstay.protocol.state;

/** How much a result's encoding may lose. */
public enum OutputQuality {
  /** Nothing. */
  LOSSLESS,
  /** Nothing visible. */
  HIGH,
  /** Small files first. */
  STANDARD
}
