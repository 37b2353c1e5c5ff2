package io.mainstay.actors.notification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drafts that the journal has not taken yet, oldest first. Pure and immutable; times are
 * milliseconds of one clock.
 */
final class Unjournaled {
  /**
   * One of them.
   *
   * @param since when it came
   * @param ahead true once people were told although it is not journaled
   */
  record Held(Draft draft, long since, boolean ahead) {}

  /**
   * After one more.
   *
   * @param given the one given up for it, if there was no room
   */
  record Added(Unjournaled after, Optional<Draft> given) {}

  /**
   * After a look.
   *
   * @param again all that waited longer than the patience: hand them over again
   * @param ahead those of them that people are told of now
   */
  record Looked(Unjournaled after, List<Draft> again, List<Draft> ahead) {}

  private final int max;
  private final Map<String, Held> held;

  private Unjournaled(int max, Map<String, Held> held) {
    this.max = max;
    this.held = held;
  }

  static Unjournaled none(int max) {
    return new Unjournaled(max, Map.of());
  }

  /**
   * One more.
   *
   * @param ahead true if people are told now
   */
  Added add(Draft draft, boolean ahead, long now) {
    Map<String, Held> next = new LinkedHashMap<>(held);
    Draft given = null;
    if (next.size() >= max) {
      given =
          next.values().stream()
              .map(Held::draft)
              .filter(each -> !each.route().acknowledged())
              .findFirst()
              .orElseGet(() -> next.values().iterator().next().draft());
      next.remove(given.notificationId());
    }
    next.put(draft.notificationId(), new Held(draft, now, ahead));
    return new Added(new Unjournaled(max, next), Optional.ofNullable(given));
  }

  Optional<Held> find(String notificationId) {
    return Optional.ofNullable(held.get(notificationId));
  }

  Unjournaled without(String notificationId) {
    Map<String, Held> next = new LinkedHashMap<>(held);
    next.remove(notificationId);
    return new Unjournaled(max, next);
  }

  Looked look(long now, long patienceMillis) {
    Map<String, Held> next = new LinkedHashMap<>();
    List<Draft> again = new ArrayList<>();
    List<Draft> ahead = new ArrayList<>();
    held.forEach(
        (id, each) -> {
          boolean late = now - each.since() >= patienceMillis;
          if (late) {
            again.add(each.draft());
            if (!each.ahead()) {
              ahead.add(each.draft());
            }
          }
          next.put(id, new Held(each.draft(), each.since(), each.ahead() || late));
        });
    return new Looked(new Unjournaled(max, next), again, ahead);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }
}
