package io.mainstay.persistence.saga;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Bounds of the saga entity.
 *
 * @param stepDeadlines how long each step may take
 * @param undoDeadline how long a compensation may take
 * @param undoAttempts how often it is tried
 * @param undoPause between two attempts
 * @param subscribersMax who may wait for one saga's end
 * @param retireAfter an ended saga stays in memory this long
 */
public record SagaSettings(
    Map<SagaStep, Duration> stepDeadlines,
    Duration undoDeadline,
    int undoAttempts,
    Duration undoPause,
    int subscribersMax,
    Duration retireAfter,
    int snapshotEvery,
    int snapshotsKept) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.saga";

  public SagaSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    stepDeadlines = Map.copyOf(stepDeadlines);
    for (SagaStep step : SagaStep.values()) {
      bounds.positive("step-deadline." + key(step), stepDeadlines.get(step));
    }
    bounds.positive("undo-deadline", undoDeadline);
    bounds.positive("undo-pause", undoPause);
    bounds.positive("retire-after", retireAfter);
    bounds.atLeastOne("undo-attempts", undoAttempts);
    bounds.atLeastOne("subscribers-max", subscribersMax);
    bounds.atLeastOne("snapshot-every", snapshotEvery);
    bounds.atLeastOne("snapshots-kept", snapshotsKept);
  }

  /** Reads {@link #PATH}. */
  public static SagaSettings of(Config root) {
    Config config = root.getConfig(PATH);
    Map<SagaStep, Duration> deadlines = new EnumMap<>(SagaStep.class);
    for (SagaStep step : SagaStep.values()) {
      deadlines.put(step, config.getDuration("step-deadline." + key(step)));
    }
    return new SagaSettings(
        deadlines,
        config.getDuration("undo-deadline"),
        config.getInt("undo-attempts"),
        config.getDuration("undo-pause"),
        config.getInt("subscribers-max"),
        config.getDuration("retire-after"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"));
  }

  private static String key(SagaStep step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
