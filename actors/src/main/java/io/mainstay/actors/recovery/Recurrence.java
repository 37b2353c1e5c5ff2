package io.mainstay.actors.recovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often the same error came at the same place within a window. Pure and immutable, bounded.
 *
 * @param windowMillis of the count
 * @param times of each error and place, oldest place first
 */
record Recurrence(long windowMillis, Map<Place, List<Long>> times) {
  private static final int PLACES_MAX = 256;
  private static final int TIMES_MAX = 64;

  /** An error, and what it is about. */
  record Place(ErrorNames error, String component) {}

  Recurrence {
    times = new LinkedHashMap<>(times);
  }

  static Recurrence within(long windowMillis) {
    return new Recurrence(windowMillis, Map.of());
  }

  /** After one more. */
  Recurrence with(ErrorNames error, String component, long nowMillis) {
    Place place = new Place(error, component);
    Map<Place, List<Long>> next = new LinkedHashMap<>(times);
    List<Long> known = new ArrayList<>(next.getOrDefault(place, List.of()));
    next.remove(place);
    known.removeIf(at -> nowMillis - at >= windowMillis);
    known.add(nowMillis);
    next.put(place, known.subList(Math.max(0, known.size() - TIMES_MAX), known.size()));
    if (next.size() > PLACES_MAX) {
      next.remove(next.keySet().iterator().next());
    }
    return new Recurrence(windowMillis, next);
  }

  /** How often, the last one included; at most 64. */
  int of(ErrorNames error, String component) {
    return times.getOrDefault(new Place(error, component), List.of()).size();
  }
}
