package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.FrequencyLevel;
import java.time.Duration;
import java.util.SplittableRandom;

/** Whether a recovery that failed is tried again. Pure: the same seed gives the same pauses. */
sealed interface RetryVerdict {
  /**
   * It is.
   *
   * @param retry from 1
   * @param most so many are tried
   * @param pause before it
   */
  record Again(int retry, int most, Duration pause) implements RetryVerdict {}

  /** It is not; why, for people. */
  record GiveUp(String why) implements RetryVerdict {}

  /**
   * Decides.
   *
   * @param retries that were tried
   * @param recovery its name
   */
  static RetryVerdict after(
      int retries, Escalation escalation, String component, String recovery, long seed) {
    if (escalation.frequency() == FrequencyLevel.CRITICAL_FREQUENCY) {
      return new GiveUp("errors come too often to try it again");
    }
    if (retries >= escalation.retries()) {
      return new GiveUp(
          escalation.retries() == 0
              ? "such an error is not tried again"
              : "it was tried again " + retries + " times");
    }
    int retry = retries + 1;
    long mixed = 31L * seed + escalation.error().code().hashCode();
    mixed = 31L * (31L * (31L * mixed + component.hashCode()) + recovery.hashCode()) + retry;
    double random = new SplittableRandom(mixed).nextDouble();
    return new Again(retry, escalation.retries(), escalation.retry().pause(retry, random));
  }
}
