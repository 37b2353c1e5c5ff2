package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the operating system refused, by the words of its errors: Java hands on nothing else of
 * them. Pure.
 */
final class HostTroubles {
  /** In this order: shared memory that could not be made for want of files is a want of files. */
  private static final List<Map.Entry<String, ErrorNames>> WORDS =
      List.of(
          Map.entry("too many open files", ErrorNames.TOO_MANY_OPEN_FILES),
          Map.entry("cannot allocate memory", ErrorNames.SYSTEM_OUT_OF_MEMORY),
          Map.entry("could not be made in", ErrorNames.VORTICE_ALLOCATION_FAILURE),
          Map.entry("no space left on device", ErrorNames.DATABASE_FAILURE),
          Map.entry("read-only file system", ErrorNames.DATABASE_FAILURE));

  private HostTroubles() {}

  /** The error that the text names, if it does. */
  static Optional<ErrorNames> named(String text) {
    String lower = String.valueOf(text).toLowerCase(Locale.ROOT);
    return WORDS.stream()
        .filter(word -> lower.contains(word.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
