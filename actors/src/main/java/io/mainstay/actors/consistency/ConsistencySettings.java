package io.mainstay.actors.consistency;

import com.typesafe.config.Config;
import io.mainstay.actors.consistency.check.RepairLimits;
import io.mainstay.actors.consistency.check.Tolerance;
import java.time.Duration;

/**
 * {@code mainstay.consistency}, checked once.
 *
 * @param startAfter from the node's start to the first look
 * @param interval between looks
 * @param confirmAfter from a first sight of a divergence to the look that confirms it
 * @param answerTimeout within which a domain must answer
 * @param journalRowsMax rows of the journal read at one look
 * @param hashedBytesMax bytes of changed model files read at one look
 * @param journaledMax divergences journaled one by one at one look
 */
public record ConsistencySettings(
    Duration startAfter,
    Duration interval,
    Duration confirmAfter,
    Duration answerTimeout,
    int journalRowsMax,
    long hashedBytesMax,
    int journaledMax,
    Tolerance tolerance,
    RepairLimits repair) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.consistency";

  public ConsistencySettings {
    require(!startAfter.isNegative(), "start-after", startAfter, "0 or more");
    require(interval.toMillis() >= 100, "interval", interval, "at least 100 ms");
    require(
        confirmAfter.toMillis() >= 10 && confirmAfter.compareTo(interval) < 0,
        "confirm-after",
        confirmAfter,
        "at least 10 ms and shorter than interval = " + interval);
    require(
        answerTimeout.toMillis() >= 10 && answerTimeout.compareTo(interval) < 0,
        "answer-timeout",
        answerTimeout,
        "at least 10 ms and shorter than interval = " + interval);
    require(journalRowsMax > 2_000, "journal-rows-max", journalRowsMax, "above 2000");
    require(hashedBytesMax >= 0, "hashed-bytes-max", hashedBytesMax, "0 or more");
    require(journaledMax >= 1, "journaled-max", journaledMax, "1 or more");
  }

  /** Reads {@link #PATH}. */
  public static ConsistencySettings of(Config root) {
    Config config = root.getConfig(PATH);
    Config repair = config.getConfig("repair");
    Config resident = config.getConfig("tolerance");
    return new ConsistencySettings(
        config.getDuration("start-after"),
        config.getDuration("interval"),
        config.getDuration("confirm-after"),
        config.getDuration("answer-timeout"),
        config.getInt("journal-rows-max"),
        config.getBytes("hashed-bytes-max"),
        config.getInt("journaled-max"),
        new Tolerance(
            resident.getDouble("fraction"),
            resident.getBytes("bytes"),
            resident.getBytes("worker-overhead")),
        new RepairLimits(
            repair.getDouble("below"), repair.getDouble("above"), repair.getDuration("within")));
  }

  private static void require(boolean holds, String name, Object value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; it must be " + bound);
    }
  }
}
