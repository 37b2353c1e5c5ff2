package io.mainstay.actors.degradation.restoration;

/**
 * Which of the submissions that are offered are taken, when only a share of them is: evenly spread,
 * the first one always, and the same for the same sequence. Pure; immutable.
 *
 * @param percent that is taken, 1 to 100
 * @param offered since that share holds
 */
public record IntakeShare(int percent, long offered) {
  private static final int ALL = 100;

  /** All of them. */
  public static final IntakeShare WHOLE = new IntakeShare(ALL, 0);

  public IntakeShare {
    if (percent < 1 || percent > ALL) {
      throw new IllegalArgumentException(
          "a share of the intake is " + percent + " %; allowed are 1 to 100");
    }
  }

  /** At that share; counting begins anew when it is another one. */
  public IntakeShare at(int share) {
    return share == percent ? this : new IntakeShare(share, 0);
  }

  /** Whether the next one that is offered is taken. */
  public boolean takesNext() {
    return taken(offered + 1) > taken(offered);
  }

  /** One was offered. */
  public IntakeShare after() {
    return percent == ALL ? this : new IntakeShare(percent, offered + 1);
  }

  private long taken(long of) {
    return (of * percent + ALL - 1) / ALL;
  }
}
