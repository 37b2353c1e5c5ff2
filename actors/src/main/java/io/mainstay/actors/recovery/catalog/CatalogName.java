package io.mainstay.actors.recovery.catalog;

import java.util.Locale;
import java.util.Optional;

/** A name that configuration, journal and people write in lower case, and code as an enum. */
public interface CatalogName {
  /** The constant, as {@link Enum#name()} has it. */
  String name();

  /** The stable name, as configured, journaled and shown. */
  default String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The constant of that stable name; empty when there is none. */
  static <E extends Enum<E> & CatalogName> Optional<E> find(Class<E> names, String code) {
    for (E name : names.getEnumConstants()) {
      if (name.code().equals(code)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
