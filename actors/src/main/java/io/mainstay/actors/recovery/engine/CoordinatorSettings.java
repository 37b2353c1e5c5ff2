package io.mainstay.actors.recovery.engine;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * Bounds of the coordinator and of what it has done.
 *
 * @param runningMax recoveries at once, at least 1
 * @param waitingMax that wait for one of them, at least 0
 * @param beginWithin how long the beginning of one may take to become durable
 * @param beginAgain pause before one that could not begin is tried again
 * @param callersEvery what a caller did wrong is answered by a recovery at most so often
 * @param chainsFor how long what a recovery led to is not answered by the same, after its end
 * @param chainsMax recoveries that are remembered for that, at least 1
 * @param lookInterval between two looks of an action for its effect
 * @param answerWithin one question of an action to a domain
 */
public record CoordinatorSettings(
    int runningMax,
    int waitingMax,
    Duration beginWithin,
    Duration beginAgain,
    Duration callersEvery,
    Duration chainsFor,
    int chainsMax,
    Duration lookInterval,
    Duration answerWithin) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.recovery.engine";

  public CoordinatorSettings {
    SettingBounds bounds = new SettingBounds(PATH);
    bounds.atLeastOne("running-max", runningMax);
    bounds.positive("begin-within", beginWithin);
    bounds.positive("begin-again", beginAgain);
    bounds.positive("callers-every", callersEvery);
    bounds.positive("chains-for", chainsFor);
    bounds.atLeastOne("chains-max", chainsMax);
    bounds.positive("look-interval", lookInterval);
    bounds.positive("answer-within", answerWithin);
    if (waitingMax < 0) {
      throw new IllegalArgumentException(PATH + ".waiting-max is " + waitingMax + "; at least 0");
    }
  }

  /** Reads {@link #PATH}. */
  public static CoordinatorSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new CoordinatorSettings(
        config.getInt("running-max"),
        config.getInt("waiting-max"),
        config.getDuration("begin-within"),
        config.getDuration("begin-again"),
        config.getDuration("callers-every"),
        config.getDuration("chains-for"),
        config.getInt("chains-max"),
        config.getDuration("look-interval"),
        config.getDuration("answer-within"));
  }
}
