package io.mainstay.actors.notification;

import java.util.EnumMap;
import java.util.Map;

/** Values of placeholders. Immutable; what is not given reads as a dash. */
public final class Words {
  private static final String ABSENT = "-";
  private final Map<Placeholder, String> values;

  private Words(Map<Placeholder, String> values) {
    this.values = values;
  }

  /** No value. */
  public static Words none() {
    return new Words(Map.of());
  }

  /** One value. */
  public static Words of(Placeholder name, Object value) {
    return none().and(name, value);
  }

  /** This and one more value; null and empty ones read as a dash. */
  public Words and(Placeholder name, Object value) {
    Map<Placeholder, String> more = new EnumMap<>(Placeholder.class);
    more.putAll(values);
    more.put(name, value == null || value.toString().isBlank() ? ABSENT : value.toString());
    return new Words(more);
  }

  /** The value, or a dash. */
  public String get(Placeholder name) {
    return values.getOrDefault(name, ABSENT);
  }

  /** That value, 0 to 100; -1 if there is none. */
  int percent() {
    try {
      return Math.max(0, Math.min(100, Integer.parseInt(get(Placeholder.PERCENT))));
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
