package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** How often faults come that did not heal at the first attempt, and what that calls for. */
public enum FrequencyLevel implements CatalogName {
  LOW_FREQUENCY("log_and_monitor"),
  MEDIUM_FREQUENCY("automated_recovery"),
  HIGH_FREQUENCY("graceful_degradation"),
  CRITICAL_FREQUENCY("system_protection_mode");

  /**
   * The bands. Lower bounds are inclusive, upper ones exclusive; only the last begins above its
   * bound, so that exactly so many are still high.
   *
   * @param mediumFrom per hour, at least 1
   * @param highFrom above {@code mediumFrom}
   * @param criticalAbove not below {@code highFrom}
   */
  public record Bands(int mediumFrom, int highFrom, int criticalAbove) {
    public Bands {
      if (mediumFrom < 1 || highFrom <= mediumFrom || criticalAbove < highFrom) {
        throw new IllegalArgumentException(
            EscalationPolicy.PATH
                + ".frequency: medium-from "
                + mediumFrom
                + ", high-from "
                + highFrom
                + ", critical-above "
                + criticalAbove
                + " must ascend from 1");
      }
    }
  }

  private final String action;

  FrequencyLevel(String action) {
    this.action = action;
  }

  /** The seeds' name of what it calls for. */
  public String action() {
    return action;
  }

  /** 0 to 3. */
  public int level() {
    return ordinal();
  }

  /** The level of so many faults in an hour. */
  public static FrequencyLevel of(int perHour, Bands bands) {
    if (perHour > bands.criticalAbove()) {
      return CRITICAL_FREQUENCY;
    }
    if (perHour >= bands.highFrom()) {
      return HIGH_FREQUENCY;
    }
    return perHour >= bands.mediumFrom() ? MEDIUM_FREQUENCY : LOW_FREQUENCY;
  }
}
