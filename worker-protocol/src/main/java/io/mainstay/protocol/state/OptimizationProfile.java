package io.mainstay.protocol.state;

/** What a device is tuned for. */
public enum OptimizationProfile {
  /** Neither side first. */
  BALANCED,
  /** Speed first. */
  PERFORMANCE,
  /** Energy first. */
  POWER_SAVING
}
