package io.mainstay.actors.processing.pause;

import com.typesafe.config.Config;
import io.mainstay.persistence.entity.SettingBounds;
import java.time.Duration;

/**
 * {@code mainstay.processing.memory-pause}, checked once.
 *
 * @param limits of pausing
 * @param answerTimeout of one question, and of one write to the journal
 * @param sessionsMax whose urgency is remembered
 */
public record PauseSettings(MemoryPauses.Limits limits, Duration answerTimeout, int sessionsMax) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.processing.memory-pause";

  private static final SettingBounds BOUNDS = new SettingBounds(PATH);

  private static final int SESSIONS_MAX = 1_000_000;

  public PauseSettings {
    boolean ordered =
        0 < limits.resumeBelow()
            && limits.resumeBelow() < limits.pauseAt()
            && limits.pauseAt() <= 1;
    if (!ordered) {
      throw new IllegalArgumentException(
          PATH
              + " has resume-below = "
              + limits.resumeBelow()
              + " and pause-at = "
              + limits.pauseAt()
              + "; they must ascend, above 0 and up to 1");
    }
    BOUNDS.within("longest", limits.longest(), Duration.ofMillis(100), Duration.ofMinutes(10));
    BOUNDS.within("answer-timeout", answerTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    if (sessionsMax < 1 || sessionsMax > SESSIONS_MAX) {
      throw new IllegalArgumentException(
          PATH + ".sessions-max is " + sessionsMax + "; allowed are 1 to " + SESSIONS_MAX);
    }
  }

  /** Reads {@link #PATH}. */
  public static PauseSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new PauseSettings(
        new MemoryPauses.Limits(
            config.getDouble("pause-at"),
            config.getDouble("resume-below"),
            config.getDuration("longest")),
        config.getDuration("answer-timeout"),
        config.getInt("sessions-max"));
  }
}
