package io.mainstay.actors.recovery.escalation;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Locale;

/**
 * Whether and how the operation that met an error is tried again, by the error's category.
 *
 * @param shape of the pauses
 * @param most times
 * @param base first pause
 * @param cap longest pause, after jitter too
 * @param jitter share of a pause that is random, 0 to 1
 */
public record RetryPolicy(Shape shape, int most, Duration base, Duration cap, double jitter) {
  /** How pauses grow. */
  public enum Shape {
    /** It is not tried again. */
    NONE,
    LINEAR,
    EXPONENTIAL
  }

  public RetryPolicy {
    boolean none = shape == Shape.NONE;
    if (none != (most == 0) || most < 0 || most > 100) {
      throw new IllegalArgumentException(
          EscalationPolicy.PATH + ".retry: max " + most + " does not fit the policy " + shape);
    }
    if (!none && (base.isNegative() || base.isZero() || cap.compareTo(base) < 0)) {
      throw new IllegalArgumentException(
          EscalationPolicy.PATH + ".retry: base " + base + " must be positive, at most cap " + cap);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException(
          EscalationPolicy.PATH + ".retry: jitter " + jitter + "; from 0 to 1");
    }
  }

  /** Never again. */
  public static RetryPolicy none() {
    return new RetryPolicy(Shape.NONE, 0, Duration.ZERO, Duration.ZERO, 0);
  }

  static RetryPolicy of(Config config) {
    Shape shape = Shape.valueOf(config.getString("policy").toUpperCase(Locale.ROOT));
    return shape == Shape.NONE
        ? none()
        : new RetryPolicy(
            shape,
            config.getInt("max"),
            config.getDuration("base"),
            config.getDuration("cap"),
            config.getDouble("jitter"));
  }

  /**
   * The pause before a retry. Capped before and after jitter.
   *
   * @param attempt from 1
   * @param random 0 to 1, 0.5 for the middle
   */
  public Duration pause(int attempt, double random) {
    if (shape == Shape.NONE) {
      return Duration.ZERO;
    }
    double factor = shape == Shape.LINEAR ? 1 : Math.pow(2, Math.min(attempt, 32) - 1);
    double capped = Math.min(base.toNanos() * factor, cap.toNanos());
    double jittered = capped * (1 + jitter * (2 * random - 1));
    return Duration.ofNanos((long) Math.min(jittered, cap.toNanos()));
  }
}
