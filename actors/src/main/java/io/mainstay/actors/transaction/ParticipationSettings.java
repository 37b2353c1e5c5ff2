package io.mainstay.actors.transaction;

import com.typesafe.config.Config;
import io.mainstay.persistence.transaction.participant.ParticipantSettings;
import java.time.Duration;

/**
 * Bounds of the participants.
 *
 * @param answerTimeout for a domain's answer that takes no work
 * @param doubtAfter how long a prepared one waits before it asks for the outcome, and between two
 *     questions
 * @param reapplyTries how often a holding is put in place again after a restart
 * @param reapplyPause between two tries: the domains are starting
 * @param listMax transactions in one list
 * @param workerLimit after which a worker drops what it prepared and heard nothing of
 * @param releaseTries how often what a session held is asked to be released
 * @param releasePauseMin before the second try; it doubles
 * @param releasePauseMax up to this
 * @param releaseJitter share of each of these waits that is random
 * @param frozenWait of a prepare for a device that is out of reach
 * @param frozenMax prepares that wait so
 * @param log of each participant
 */
public record ParticipationSettings(
    Duration answerTimeout,
    Duration doubtAfter,
    int reapplyTries,
    Duration reapplyPause,
    int listMax,
    Duration workerLimit,
    int releaseTries,
    Duration releasePauseMin,
    Duration releasePauseMax,
    double releaseJitter,
    Duration frozenWait,
    int frozenMax,
    ParticipantSettings log) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.transaction";

  private static final Duration WORKER_LIMIT_MAX = Duration.ofMinutes(10);

  public ParticipationSettings {
    positive("answer-timeout", answerTimeout);
    positive("doubt-after", doubtAfter);
    positive("reapply-pause", reapplyPause);
    positive("worker-limit", workerLimit);
    if (workerLimit.compareTo(WORKER_LIMIT_MAX) > 0) {
      throw new IllegalArgumentException(
          PATH + ".worker-limit is " + workerLimit + "; at most " + WORKER_LIMIT_MAX);
    }
    positive("session-release.pause-min", releasePauseMin);
    if (releasePauseMax.compareTo(releasePauseMin) < 0) {
      throw new IllegalArgumentException(
          PATH
              + ".session-release.pause-max is "
              + releasePauseMax
              + "; at least pause-min, "
              + releasePauseMin);
    }
    from1("session-release.tries", releaseTries);
    if (!(releaseJitter >= 0 && releaseJitter <= 1)) {
      throw new IllegalArgumentException(
          PATH + ".session-release.jitter is " + releaseJitter + "; allowed are 0 to 1");
    }
    from1("reapply-tries", reapplyTries);
    from1("list-max", listMax);
    positive("frozen-wait", frozenWait);
    from1("frozen-max", frozenMax);
  }

  /** Reads {@link #PATH}. */
  public static ParticipationSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new ParticipationSettings(
        config.getDuration("answer-timeout"),
        config.getDuration("doubt-after"),
        config.getInt("reapply-tries"),
        config.getDuration("reapply-pause"),
        config.getInt("list-max"),
        config.getDuration("worker-limit"),
        config.getInt("session-release.tries"),
        config.getDuration("session-release.pause-min"),
        config.getDuration("session-release.pause-max"),
        config.getDouble("session-release.jitter"),
        config.getDuration("frozen-wait"),
        config.getInt("frozen-max"),
        ParticipantSettings.of(root));
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(PATH + "." + name + " is " + value + "; must be positive");
    }
  }

  private static void from1(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; must be 1 or more");
    }
  }
}
