package io.mainstay.protocol;

/**
 * Use of a worker's memory budget: low under 60 %, moderate under 80 %, high under 90 %, critical
 * above.
 */
public enum PressureLevel {
  LOW(0),
  MODERATE(1),
  HIGH(2),
  CRITICAL(3);

  private final int code;

  PressureLevel(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
