package io.mainstay.actors.degradation.restoration;

import io.mainstay.persistence.restoration.NodeFigures;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether what a node does now is near enough to what it did in normal operation. Pure.
 *
 * @param passed whether it is
 * @param evidence figure, bound and where the bound is from
 */
public record SpeedVerdict(boolean passed, String evidence) {
  private static final double MIB = 1 << 20;

  /** The median time of one computation. */
  public static SpeedVerdict response(
      double millis, Optional<NodeFigures> normal, RestorationSettings.Probe probe) {
    double enough = probe.responseEnough().toMillis();
    double most =
        normal.map(n -> Math.max(enough, n.responseMillis() * probe.tolerance())).orElse(enough);
    return new SpeedVerdict(
        millis <= most,
        text(
            "a computation takes %.1f ms; %.1f ms are allowed, normal is %s",
            millis, most, normal.map(n -> text("%.1f ms", n.responseMillis())).orElse("unknown")));
  }

  /** Computations a second, several at a time. */
  public static SpeedVerdict throughput(
      double perSecond, Optional<NodeFigures> normal, RestorationSettings.Probe probe) {
    double enough = probe.perSecondEnough();
    double least =
        normal.map(n -> Math.min(enough, n.perSecond() / probe.tolerance())).orElse(enough);
    return new SpeedVerdict(
        perSecond >= least,
        text(
            "%.1f computations a second; %.1f are enough, normal is %s",
            perSecond, least, normal.map(n -> text("%.1f", n.perSecond())).orElse("unknown")));
  }

  /** Memory of the workers together. */
  public static SpeedVerdict resident(
      long bytes, Optional<NodeFigures> normal, RestorationSettings.Probe probe) {
    Optional<Double> most =
        normal.filter(n -> n.residentBytes() > 0).map(n -> n.residentBytes() * probe.tolerance());
    return new SpeedVerdict(
        most.isEmpty() || bytes <= most.get(),
        text(
            "the workers have %.1f MiB, allowed are %s",
            bytes / MIB,
            most.map(m -> text("%.1f MiB", m / MIB)).orElse("any: normal is unknown")));
  }

  /** Whether the node kept its pace from the first round to the last. */
  public static SpeedVerdict steady(
      double firstMillis, double lastMillis, RestorationSettings.Probe probe) {
    double most = Math.max(probe.responseEnough().toMillis(), firstMillis * probe.tolerance());
    return new SpeedVerdict(
        lastMillis <= most,
        text(
            "the median went from %.1f to %.1f ms under load; %.1f ms are allowed",
            firstMillis, lastMillis, most));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
