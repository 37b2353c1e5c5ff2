package io.mainstay.actors.recovery.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A parameter that an action reads from its step, and what it may be. Immutable.
 *
 * @param name as configured
 * @param required whether the action fails without it
 * @param whole whether it is a whole number
 * @param least smallest number, inclusive
 * @param most largest number, inclusive
 * @param values allowed texts; empty for a number
 */
public record StepParameter(
    String name, boolean required, boolean whole, double least, double most, List<String> values) {
  public StepParameter {
    values = List.copyOf(values);
  }

  /** A whole number from {@code least} on. */
  public static StepParameter whole(String name, long least) {
    return new StepParameter(name, true, true, least, Long.MAX_VALUE, List.of());
  }

  /** A whole number within bounds. */
  public static StepParameter whole(String name, long least, long most) {
    return new StepParameter(name, true, true, least, most, List.of());
  }

  /** A number from {@code least} on. */
  public static StepParameter number(String name, double least) {
    return new StepParameter(name, true, false, least, Double.MAX_VALUE, List.of());
  }

  /** A part of something, 0 to 1. */
  public static StepParameter share(String name) {
    return new StepParameter(name, true, false, 0, 1, List.of());
  }

  /** One of some texts. */
  public static StepParameter oneOf(String name, String... values) {
    return new StepParameter(name, true, false, 0, 0, Arrays.asList(values));
  }

  /** The same; the action does something else without it. */
  public StepParameter optional() {
    return new StepParameter(name, false, whole, least, most, values);
  }

  /** What is wrong with a value; empty if nothing is. */
  public Optional<String> problem(String value) {
    if (!values.isEmpty()) {
      return values.contains(value)
          ? Optional.empty()
          : Optional.of("it is '" + value + "'; allowed are " + String.join(", ", values));
    }
    try {
      double number = whole ? Long.parseLong(value) : Double.parseDouble(value);
      return number >= least && number <= most ? Optional.empty() : Optional.of(bounds(value));
    } catch (NumberFormatException none) {
      return Optional.of(bounds(value));
    }
  }

  private String bounds(String value) {
    String from = String.format(Locale.ROOT, whole ? "%.0f" : "%s", least);
    boolean open = most >= Long.MAX_VALUE;
    return "it is '%s'; allowed is a %snumber from %s%s"
        .formatted(
            value,
            whole ? "whole " : "",
            from,
            open ? " on" : " to " + String.format(Locale.ROOT, whole ? "%.0f" : "%s", most));
  }
}
