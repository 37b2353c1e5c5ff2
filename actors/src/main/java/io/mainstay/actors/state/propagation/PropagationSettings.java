package io.mainstay.actors.state.propagation;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code mainstay.state}, checked once.
 *
 * @param queues most that wait at each rank
 * @param inFlightMax most that are on their way and not confirmed
 * @param confirmTimeout of one attempt
 * @param attempts to tell one receiver
 * @param subjectsMax copies of each kind
 * @param watchHistory messages that a watcher can still see
 * @param heldMax changes that wait for one device that is out of reach
 * @param sampleInterval of what changes fast
 */
public record PropagationSettings(
    QueueLimits queues,
    int inFlightMax,
    Duration confirmTimeout,
    int attempts,
    int subjectsMax,
    int watchHistory,
    int heldMax,
    Duration sampleInterval) {
  private static final String PATH = "mainstay.state";

  public PropagationSettings {
    within("in-flight-max", inFlightMax, 1, 10_000);
    within("attempts", attempts, 1, 10);
    within("subjects-max", subjectsMax, 1, 100_000);
    within("watch-history", watchHistory, 1, 100_000);
    within("held-max", heldMax, 1, 100_000);
    within("confirm-timeout in ms", confirmTimeout.toMillis(), 10, 60_000);
    within("sample-interval in ms", sampleInterval.toMillis(), 10, 60_000);
  }

  /** Reads them from the root of a configuration. */
  public static PropagationSettings of(Config root) {
    Config state = root.getConfig(PATH);
    Map<Rank, Integer> limits = new EnumMap<>(Rank.class);
    for (Rank rank : Rank.values()) {
      limits.put(rank, state.getInt("queues." + rank.name().toLowerCase(Locale.ROOT)));
    }
    return new PropagationSettings(
        new QueueLimits(limits),
        state.getInt("in-flight-max"),
        state.getDuration("confirm-timeout"),
        state.getInt("attempts"),
        state.getInt("subjects-max"),
        state.getInt("watch-history"),
        state.getInt("held-max"),
        state.getDuration("sample-interval"));
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; it must be " + least + " to " + most);
    }
  }
}
