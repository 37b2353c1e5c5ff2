package io.mainstay.actors.degradation;

import java.time.Duration;

/**
 * What modes leave of the work on sessions.
 *
 * @param sessionsMax sessions worked on at the same time
 * @param sessionsShare of the sessions that the node works on otherwise, above 0 to 1
 * @param intakeShare of the sessions that the node accepts otherwise, above 0 to 1
 * @param batchMax documents in a batch
 * @param batchShare of the batch that was asked for, above 0 to 1
 * @param sessionTimeMax that a session is worked on at a time while others wait for its place
 * @param timeFactor by which deadlines of single steps grow, 1 to 10
 */
public record WorkLimits(
    int sessionsMax,
    double sessionsShare,
    double intakeShare,
    int batchMax,
    double batchShare,
    Duration sessionTimeMax,
    double timeFactor) {
  /** No limit. */
  public static final WorkLimits NONE =
      new WorkLimits(Limit.NONE, 1, 1, Limit.NONE, 1, Limit.FOREVER, 1);

  private static final double TIME_FACTOR_MAX = 10;

  public WorkLimits {
    Limit.positive("work.sessions-max", sessionsMax);
    Limit.share("work.sessions-share", sessionsShare);
    Limit.share("work.intake-share", intakeShare);
    Limit.positive("work.batch-max", batchMax);
    Limit.share("work.batch-share", batchShare);
    Limit.positive("work.session-time-max", sessionTimeMax);
    Limit.factor("work.time-factor", timeFactor, TIME_FACTOR_MAX);
  }

  /** The stricter of both, setting by setting; more time for a step is no gift, but a symptom. */
  public WorkLimits and(WorkLimits other) {
    return new WorkLimits(
        Math.min(sessionsMax, other.sessionsMax),
        Math.min(sessionsShare, other.sessionsShare),
        Math.min(intakeShare, other.intakeShare),
        Math.min(batchMax, other.batchMax),
        Math.min(batchShare, other.batchShare),
        Limit.shorter(sessionTimeMax, other.sessionTimeMax),
        Math.max(timeFactor, other.timeFactor));
  }

  /** Sessions to work on at the same time where {@code normal} are otherwise; 1 at least. */
  public int sessions(int normal) {
    return Math.max(1, Math.min(sessionsMax, (int) Math.floor(normal * sessionsShare)));
  }

  /** Sessions to accept where {@code normal} are otherwise; 1 at least. */
  public int intake(int normal) {
    return Math.max(1, (int) Math.floor(normal * intakeShare));
  }

  /** Documents of a batch where {@code asked} were asked for; 1 at least. */
  public int batch(int asked) {
    return Math.max(1, Math.min(batchMax, (int) Math.floor(asked * batchShare)));
  }

  /** Deadline of a step that has {@code normal} otherwise. */
  public Duration time(Duration normal) {
    return timeFactor == 1 ? normal : Duration.ofMillis(Math.round(normal.toMillis() * timeFactor));
  }
}
