package io.mainstay.actors.notification;

import java.time.Duration;

/**
 * When something ends by itself, in the words of a notification.
 *
 * @param text what stands after "expected within"
 */
public record Estimate(String text) {
  /** At the latest after so long from now. */
  public static Estimate within(Duration most) {
    return new Estimate(Lengths.atMost(most));
  }

  /** At the latest so long after what led to it is over. */
  public static Estimate afterCause(Duration most) {
    return new Estimate(Lengths.atMost(most) + " after its cause is over");
  }

  /** Nobody knows. */
  public static Estimate unknown(String why) {
    return new Estimate("an unknown time: " + why);
  }
}
