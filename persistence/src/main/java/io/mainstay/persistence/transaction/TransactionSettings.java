package io.mainstay.persistence.transaction;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * Bounds of the transaction entity.
 *
 * @param prepareTimeout for all votes of operations that load nothing
 * @param loadTimeout for all votes of operations that may have to load a model first
 * @param answerTimeout for one participant to carry out what it is told
 * @param attempts how often it is told before it counts as stuck
 * @param pauseMin before the second attempt; doubles with each further one
 * @param pauseMax between two attempts, at most
 * @param subscribersMax who may wait for one transaction's end
 * @param retireAfter one that rests stays in memory this long
 */
public record TransactionSettings(
    Duration prepareTimeout,
    Duration loadTimeout,
    Duration answerTimeout,
    int attempts,
    Duration pauseMin,
    Duration pauseMax,
    int subscribersMax,
    Duration retireAfter) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.persistence.transaction";

  private static final int DOUBLINGS_MAX = 20;

  public TransactionSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.positive("prepare-timeout", prepareTimeout);
    bounds.positive("load-timeout", loadTimeout);
    bounds.positive("answer-timeout", answerTimeout);
    bounds.atMost(100, "attempts", attempts);
    bounds.positive("pause-min", pauseMin);
    bounds.positive("pause-max", pauseMax);
    if (pauseMax.compareTo(pauseMin) < 0) {
      throw new IllegalArgumentException(
          PATH + ".pause-max is " + pauseMax + "; not below pause-min, " + pauseMin);
    }
    bounds.atLeastOne("subscribers-max", subscribersMax);
    bounds.positive("retire-after", retireAfter);
  }

  /** Reads {@link #PATH}. */
  public static TransactionSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new TransactionSettings(
        config.getDuration("prepare-timeout"),
        config.getDuration("load-timeout"),
        config.getDuration("answer-timeout"),
        config.getInt("attempts"),
        config.getDuration("pause-min"),
        config.getDuration("pause-max"),
        config.getInt("subscribers-max"),
        config.getDuration("retire-after"));
  }

  /** For the votes of that plan. */
  public Duration votesWithin(TransactionPlan plan) {
    boolean loads =
        plan.works().stream().anyMatch(ParticipantWork.PrepareInference.class::isInstance);
    return loads ? loadTimeout : prepareTimeout;
  }

  /** Before that attempt; the first is 1 and waits for nothing. */
  Duration pauseBefore(int attempt) {
    Duration pause = pauseMin.multipliedBy(1L << Math.min(DOUBLINGS_MAX, Math.max(0, attempt - 2)));
    return pause.compareTo(pauseMax) < 0 ? pause : pauseMax;
  }
}
