package io.mainstay.actors.notification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides what is told and what is only counted: the same kind about the same subject within a
 * window. Pure and immutable; times are milliseconds of one clock.
 */
final class Repeats {
  private record Key(NotificationKind kind, String subject) {}

  private record Told(String notificationId, long at, int times) {}

  /**
   * After one more.
   *
   * @param tell true if it is told; false if it was counted
   */
  record Offered(Repeats after, boolean tell) {}

  /** So many were counted since that notification was told. */
  record Count(String notificationId, int times) {}

  /** After the windows that are over were closed. */
  record Closed(Repeats after, List<Count> counts) {}

  private final long windowMillis;
  private final int max;
  private final Map<Key, Told> told;

  private Repeats(long windowMillis, int max, Map<Key, Told> told) {
    this.windowMillis = windowMillis;
    this.max = max;
    this.told = told;
  }

  static Repeats none(long windowMillis, int max) {
    return new Repeats(windowMillis, max, Map.of());
  }

  /** The id is that of the notification to be, if it is told. */
  Offered offer(NotificationKind kind, String subject, String notificationId, long now) {
    Key key = new Key(kind, subject);
    Told known = told.get(key);
    Map<Key, Told> next = new LinkedHashMap<>(told);
    if (known != null && now - known.at() < windowMillis) {
      next.put(key, new Told(known.notificationId(), known.at(), known.times() + 1));
      return new Offered(new Repeats(windowMillis, max, next), false);
    }
    next.remove(key);
    while (next.size() >= max) {
      next.remove(next.keySet().iterator().next());
    }
    next.put(key, new Told(notificationId, now, 0));
    return new Offered(new Repeats(windowMillis, max, next), true);
  }

  /** Windows that are over at that time, with what was counted in them. */
  Closed close(long now) {
    Map<Key, Told> next = new LinkedHashMap<>();
    List<Count> counts = new ArrayList<>();
    told.forEach(
        (key, each) -> {
          if (now - each.at() < windowMillis) {
            next.put(key, each);
          } else if (each.times() > 0) {
            counts.add(new Count(each.notificationId(), each.times()));
          }
        });
    return new Closed(new Repeats(windowMillis, max, next), counts);
  }

  boolean isEmpty() {
    return told.isEmpty();
  }

  int size() {
    return told.size();
  }
}
