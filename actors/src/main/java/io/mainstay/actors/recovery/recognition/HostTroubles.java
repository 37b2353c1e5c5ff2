package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the operating system refused, by the words of its errors: Java hands on nothing else of
 * them. Pure.
 */
final class HostTroubles {
  private static final Map<String, ErrorNames> WORDS =
      Map.of(
          "too many open files", ErrorNames.TOO_MANY_OPEN_FILES,
          "cannot allocate memory", ErrorNames.SYSTEM_OUT_OF_MEMORY,
          "could not be made in", ErrorNames.VORTICE_ALLOCATION_FAILURE,
          "no space left on device", ErrorNames.DATABASE_FAILURE,
          "read-only file system", ErrorNames.DATABASE_FAILURE);

  private HostTroubles() {}

  /** The error that the text names, if it does. */
  static Optional<ErrorNames> named(String text) {
    String lower = String.valueOf(text).toLowerCase(Locale.ROOT);
    return WORDS.entrySet().stream()
        .filter(word -> lower.contains(word.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
