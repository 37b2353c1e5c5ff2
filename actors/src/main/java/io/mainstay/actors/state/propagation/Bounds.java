package io.mainstay.actors.state.propagation;

import java.util.Optional;

/** Collects the first value of a message that is out of its bounds. What is no number is. */
final class Bounds {
  private final String message;
  private String broken;

  Bounds(String message) {
    this.message = message;
  }

  void check(String field, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      say(field + " is " + value + "; it must be " + least + " to " + most);
    }
  }

  void atLeast(String field, double value, double least) {
    if (!(value >= least && value < Double.POSITIVE_INFINITY)) {
      say(field + " is " + value + "; it must be at least " + least);
    }
  }

  /** What is wrong, if anything is. */
  Optional<String> broken() {
    return Optional.ofNullable(broken);
  }

  private void say(String what) {
    if (broken == null) {
      broken = message + ": " + what;
    }
  }
}
