package io.mainstay.actors.degradation;

import java.time.Duration;

/** The strictest of two values of a setting, by the way in which it is strict. Pure. */
final class Limit {
  /** No bound on a count or a size. */
  static final int NONE = Integer.MAX_VALUE;

  /** No bound on bytes. */
  static final long NO_BYTES = Long.MAX_VALUE;

  /** No bound on a time. */
  static final Duration FOREVER = Duration.ofDays(36_500);

  private Limit() {}

  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  static int positive(String name, int value) {
    if (value < 1) {
      throw outside(name, value, "1 or more");
    }
    return value;
  }

  static long positive(String name, long value) {
    if (value < 1) {
      throw outside(name, value, "1 or more");
    }
    return value;
  }

  static Duration positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw outside(name, value, "more than 0");
    }
    return value;
  }

  static double share(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw outside(name, value, "above 0 to 1");
    }
    return value;
  }

  static double factor(String name, double value, double most) {
    if (!(value >= 1 && value <= most)) {
      throw outside(name, value, "1 to " + most);
    }
    return value;
  }

  static double margin(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw outside(name, value, "0 to " + most);
    }
    return value;
  }

  private static IllegalArgumentException outside(String name, Object value, String allowed) {
    return new IllegalArgumentException(name + " is " + value + "; allowed are " + allowed);
  }
}
