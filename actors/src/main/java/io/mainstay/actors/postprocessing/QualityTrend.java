package io.mainstay.actors.postprocessing;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether pictures have become worse on the whole, which one poor picture does not say. Pure and
 * immutable.
 *
 * @param poor of the last pictures, oldest first: whether each was
 * @param degraded whether it was said, and is not over
 */
record QualityTrend(Limits limits, List<Boolean> poor, boolean degraded) {
  /**
   * When it is said, and when it is over.
   *
   * @param window pictures that are looked at, 2 to 1,000
   * @param degradedAt share of them that is poor, above {@code recoveredAt}, at most 1
   * @param recoveredAt share, at least 0
   */
  record Limits(int window, double degradedAt, double recoveredAt) {
    private static final String PATH = "mainstay.postprocessing.quality-trend";

    Limits {
      if (window < 2 || window > 1_000) {
        throw new IllegalArgumentException(
            PATH + ".window is " + window + "; allowed are 2 to 1000");
      }
      if (!(0 <= recoveredAt && recoveredAt < degradedAt && degradedAt <= 1)) {
        throw new IllegalArgumentException(
            PATH
                + " has recovered-at "
                + recoveredAt
                + " and degraded-at "
                + degradedAt
                + "; they must ascend between 0 and 1");
      }
    }

    static Limits of(Config root) {
      Config config = root.getConfig(PATH);
      return new Limits(
          config.getInt("window"),
          config.getDouble("degraded-at"),
          config.getDouble("recovered-at"));
    }
  }

  QualityTrend {
    poor = List.copyOf(poor);
  }

  static QualityTrend begin(Limits limits) {
    return new QualityTrend(limits, List.of(), false);
  }

  /** After one more picture. */
  QualityTrend with(boolean isPoor) {
    List<Boolean> next = new ArrayList<>(poor);
    next.add(isPoor);
    if (next.size() > limits.window()) {
      next.remove(0);
    }
    long count = next.stream().filter(one -> one).count();
    boolean full = next.size() == limits.window();
    boolean now =
        degraded
            ? count > limits.recoveredAt() * limits.window()
            : full && count >= limits.degradedAt() * limits.window();
    return new QualityTrend(limits, next, now);
  }

  /** How many of the last pictures were poor. */
  int poorCount() {
    return (int) poor.stream().filter(one -> one).count();
  }
}
