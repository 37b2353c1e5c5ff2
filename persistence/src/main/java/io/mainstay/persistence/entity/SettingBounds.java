package io.mainstay.persistence.entity;

import java.time.Duration;

/**
 * Checks the settings below one path; a value out of bounds is refused with its full name.
 *
 * @param path such as {@code mainstay.persistence.session}
 */
public record SettingBounds(String path) {
  /** A duration above zero. */
  public void positive(String name, Duration value) {
    if (value == null || value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(path + "." + name + " is " + value + "; must be positive");
    }
  }

  /** A number from 1. */
  public void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          path + "." + name + " is " + value + "; must be 1 or more");
    }
  }

  /** A number from 1 to the given one. */
  public void atMost(int max, String name, int value) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          path + "." + name + " is " + value + "; allowed are 1 to " + max);
    }
  }

  /** A duration from one to another, both allowed. */
  public void within(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          path
              + "."
              + name
              + " is "
              + value.toMillis()
              + " ms; allowed are "
              + min.toMillis()
              + " to "
              + max.toMillis()
              + " ms");
    }
  }
}
