package io.mainstay.actors.recovery.escalation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.catalog.CatalogName;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The priority of each pair of domains, whichever is named first.
 *
 * @param named pairs that are named, as sets of two
 * @param otherwise the priority of every other pair
 */
public record PairMatrix(Map<Set<Domain>, PairPriority> named, PairPriority otherwise) {
  private static final String DEFAULT = "default";

  public PairMatrix {
    named = Map.copyOf(named);
  }

  /**
   * Reads {@code default} and the pairs, such as {@code device-memory}; fails with file and line.
   */
  static PairMatrix of(Config pairs) {
    Map<Set<Domain>, PairPriority> named = new HashMap<>();
    pairs
        .root()
        .forEach(
            (key, value) -> {
              if (!key.equals(DEFAULT) && named.put(pair(key, value), priority(value)) != null) {
                throw bad(value, key + " is named twice");
              }
            });
    return new PairMatrix(named, priority(pairs.getValue(DEFAULT)));
  }

  private static Set<Domain> pair(String key, ConfigValue value) {
    Set<Domain> both = EnumSet.noneOf(Domain.class);
    for (String name : key.split("-", -1)) {
      try {
        both.add(Domain.valueOf(name.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException unknown) {
        throw bad(value, key + " names no domain " + name);
      }
    }
    if (both.size() != 2) {
      throw bad(value, key + " is no pair of two domains");
    }
    return both;
  }

  private static PairPriority priority(ConfigValue value) {
    String text = String.valueOf(value.unwrapped());
    return CatalogName.find(PairPriority.class, text)
        .orElseThrow(() -> bad(value, "unknown: " + text));
  }

  private static ConfigException.BadValue bad(ConfigValue value, String why) {
    return new ConfigException.BadValue(value.origin(), EscalationPolicy.PATH + ".pairs", why);
  }

  /** The priority of a pair; the order does not matter. */
  public PairPriority of(Domain one, Domain other) {
    return one == other ? otherwise : named.getOrDefault(EnumSet.of(one, other), otherwise);
  }

  /** The most urgent pair of a domain and those that its error reaches. */
  public PairPriority mostUrgent(Domain own, Set<Domain> others) {
    PairPriority most = otherwise;
    for (Domain other : others) {
      PairPriority pair = of(own, other);
      most = pair.compareTo(most) < 0 ? pair : most;
    }
    return most;
  }
}
