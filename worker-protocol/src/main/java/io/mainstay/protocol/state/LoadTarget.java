package io.mainstay.protocol.state;

/** Where a model shall live. */
public enum LoadTarget {
  /** Host memory. */
  RAM,
  /** Device memory; a CPU device counts its share of main memory. */
  VRAM
}
