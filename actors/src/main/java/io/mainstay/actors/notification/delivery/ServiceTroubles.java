package io.mainstay.actors.notification.delivery;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Which troubles of a service were said: each kind once within a time, however many messages meet
 * it. Pure and immutable; times are milliseconds of one clock.
 */
final class ServiceTroubles {
  /** After one more; {@code say} if it was not said within the time. */
  record Met(ServiceTroubles after, boolean say) {}

  private final long everyMillis;
  private final Map<ServiceTrouble.Kind, Long> said;

  private ServiceTroubles(long everyMillis, Map<ServiceTrouble.Kind, Long> said) {
    this.everyMillis = everyMillis;
    this.said = said;
  }

  static ServiceTroubles none(Duration every) {
    return new ServiceTroubles(every.toMillis(), Map.of());
  }

  /** It was met at that time. */
  Met met(ServiceTrouble.Kind kind, long now) {
    Long before = said.get(kind);
    if (before != null && now - before < everyMillis) {
      return new Met(this, false);
    }
    Map<ServiceTrouble.Kind, Long> next = new EnumMap<>(ServiceTrouble.Kind.class);
    next.putAll(said);
    next.put(kind, now);
    return new Met(new ServiceTroubles(everyMillis, next), true);
  }
}
