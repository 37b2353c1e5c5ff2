package io.mainstay.actors.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that are given in pages, kept from the first page to the last, so that none is computed
 * twice. At most so many; the one that was touched longest ago makes room. Thread-safe.
 */
final class KeptAnswers<K, V> {
  private final Map<K, V> kept;

  KeptAnswers(int max) {
    this.kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
          }
        };
  }

  synchronized Optional<V> find(K key) {
    return Optional.ofNullable(kept.get(key));
  }

  /** Keeps it while pages are left, else forgets it. */
  synchronized void keep(K key, V answer, boolean more) {
    if (more) {
      kept.put(key, answer);
    } else {
      kept.remove(key);
    }
  }
}
