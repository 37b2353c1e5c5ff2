package io.mainstay.actors.inference;

import com.typesafe.config.Config;
import java.time.Duration;

/** Bounds of the inference domain; see {@code mainstay-inference.conf} for each. */
public record InferenceSettings(Sync sync, Turns turns, Duration loadRetry, Duration loadTimeout) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.inference";

  /** Dispatcher of the supervisor and its engines. */
  public static final String DISPATCHER = PATH + ".dispatcher";

  public InferenceSettings {
    positive("load-retry", loadRetry);
    positive("load-timeout", loadTimeout);
  }

  /** Of the synchronous path; sizes in bytes. */
  public record Sync(
      Duration defaultDeadline,
      int attemptsMax,
      int queueMax,
      int parkedMax,
      int window,
      int textMax,
      int inlineTextMax) {
    public Sync {
      positive("sync.default-deadline", defaultDeadline);
      within("sync.attempts-max", attemptsMax, 1, 16);
      within("sync.queue-max", queueMax, 1, 1_000_000);
      within("sync.parked-max", parkedMax, 1, 1_000_000);
      within("sync.window", window, 1, 64);
      within("sync.text-max", textMax, 1, 1 << 20);
      within("sync.inline-text-max", inlineTextMax, 0, textMax);
    }
  }

  /** Of accepted work. */
  public record Turns(int window, int waitingMax, Duration lease, Duration causeWait) {
    public Turns {
      within("turns.window", window, 1, 16);
      within("turns.waiting-max", waitingMax, 1, 1_000_000);
      positive("turns.lease", lease);
      positive("turns.cause-wait", causeWait);
    }
  }

  /** Reads {@link #PATH}. */
  public static InferenceSettings of(Config root) {
    Config config = root.getConfig(PATH);
    Config sync = config.getConfig("sync");
    Config turns = config.getConfig("turns");
    return new InferenceSettings(
        new Sync(
            sync.getDuration("default-deadline"),
            sync.getInt("attempts-max"),
            sync.getInt("queue-max"),
            sync.getInt("parked-max"),
            sync.getInt("window"),
            Math.toIntExact(sync.getBytes("text-max")),
            Math.toIntExact(sync.getBytes("inline-text-max"))),
        new Turns(
            turns.getInt("window"),
            turns.getInt("waiting-max"),
            turns.getDuration("lease"),
            turns.getDuration("cause-wait")),
        config.getDuration("load-retry"),
        config.getDuration("load-timeout"));
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are " + least + " to " + most);
    }
  }

  private static void positive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(PATH + "." + name + " is " + value + "; at least 1 ms");
    }
  }
}
