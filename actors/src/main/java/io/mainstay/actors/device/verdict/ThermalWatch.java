package io.mainstay.actors.device.verdict;

import com.typesafe.config.Config;

/**
 * Whether a device is too hot, by what its worker measures. Pure and immutable. Left only below the
 * lower limit, so that a value at the edge does not flap; a device without a sensor is never hot.
 *
 * @param hot whether it is
 */
public record ThermalWatch(Limits limits, boolean hot) {
  /**
   * Limits in degrees Celsius.
   *
   * @param protectAt from here on it is hot, at most 150
   * @param recoveredBelow under this it is not any more, above 0, below {@code protectAt}
   */
  public record Limits(double protectAt, double recoveredBelow) {
    private static final String PATH = "mainstay.device.thermal";

    public Limits {
      if (!(0 < recoveredBelow && recoveredBelow < protectAt && protectAt <= 150)) {
        throw new IllegalArgumentException(
            PATH
                + ": recovered-below "
                + recoveredBelow
                + " and protect-at "
                + protectAt
                + " must ascend between 0 and 150 degrees Celsius");
      }
    }

    /** Reads {@code mainstay.device.thermal}. */
    public static Limits of(Config root) {
      Config config = root.getConfig(PATH);
      return new Limits(config.getDouble("protect-at"), config.getDouble("recovered-below"));
    }
  }

  /** Before the first measurement. */
  public static ThermalWatch begin(Limits limits) {
    return new ThermalWatch(limits, false);
  }

  /**
   * After a measurement.
   *
   * @param celsius NaN where there is no sensor
   */
  public ThermalWatch at(double celsius) {
    boolean now = hot ? !(celsius < limits.recoveredBelow()) : celsius >= limits.protectAt();
    return now == hot ? this : new ThermalWatch(limits, now);
  }
}
