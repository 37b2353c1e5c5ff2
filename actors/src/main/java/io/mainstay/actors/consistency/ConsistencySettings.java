package io.mainstay.actors.consistency;

import com.typesafe.config.Config;
import io.mainstay.actors.consistency.check.AgeLimits;
import io.mainstay.actors.consistency.check.RepairLimits;
import io.mainstay.actors.consistency.check.Tolerance;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.transaction.TransactionSettings;
import java.time.Duration;
import java.util.Collections;

/**
 * {@code mainstay.consistency}, checked once.
 *
 * @param startAfter from the node's start to the first look
 * @param waking from the node's start on, within which entities may be on their way
 * @param interval between looks
 * @param confirmAfter from a first sight of a divergence to the look that confirms it
 * @param answerTimeout within which a domain must answer
 * @param journalRowsMax rows of the journal read at one look
 * @param hashedBytesMax bytes of changed model files read at one look
 * @param journaledMax divergences journaled one by one at one look
 * @param waitersMax who may wait for one look
 * @param ages from which on what may be work in motion counts as left behind
 */
public record ConsistencySettings(
    Duration startAfter,
    Duration waking,
    Duration interval,
    Duration confirmAfter,
    Duration answerTimeout,
    int journalRowsMax,
    long hashedBytesMax,
    int journaledMax,
    int waitersMax,
    AgeLimits ages,
    Tolerance tolerance,
    RepairLimits repair) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.consistency";

  public ConsistencySettings {
    require(!startAfter.isNegative(), "start-after", startAfter, "0 or more");
    require(!waking.isNegative(), "waking", waking, "0 or more");
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
    require(waitersMax >= 1 && waitersMax <= 100_000, "waiters-max", waitersMax, "1 to 100000");
    require(!ages.holding().isNegative(), "ages.holding", ages.holding(), "0 or more");
  }

  /** Reads {@link #PATH}. */
  public static ConsistencySettings of(Config root) {
    Config config = root.getConfig(PATH);
    Config repair = config.getConfig("repair");
    Config resident = config.getConfig("tolerance");
    AgeLimits ages =
        new AgeLimits(
            config.getDuration("ages.transaction"),
            config.getDuration("ages.saga"),
            config.getDuration("ages.holding"));
    Duration votes = TransactionSettings.of(root).loadTimeout();
    require(
        ages.transaction().compareTo(votes) > 0,
        "ages.transaction",
        ages.transaction(),
        "longer than " + TransactionSettings.PATH + ".load-timeout = " + votes);
    Duration step = Collections.max(SagaSettings.of(root).stepDeadlines().values());
    require(
        ages.saga().compareTo(step) > 0,
        "ages.saga",
        ages.saga(),
        "longer than each of " + SagaSettings.PATH + ".step-deadline, up to " + step);
    return new ConsistencySettings(
        config.getDuration("start-after"),
        config.getDuration("waking"),
        config.getDuration("interval"),
        config.getDuration("confirm-after"),
        config.getDuration("answer-timeout"),
        config.getInt("journal-rows-max"),
        config.getBytes("hashed-bytes-max"),
        config.getInt("journaled-max"),
        config.getInt("waiters-max"),
        ages,
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
