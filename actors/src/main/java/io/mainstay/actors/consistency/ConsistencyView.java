package io.mainstay.actors.consistency;

import io.mainstay.actors.consistency.check.CheckResult;
import io.mainstay.actors.consistency.check.Divergence;
import io.mainstay.actors.consistency.check.Watch;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How consistent a node is, as users see it.
 *
 * @param overallConsistencyScore mean of the checks' scores, 0 to 1
 * @param repairing whether a repair is under way
 * @param looks taken since the node started
 * @param divergencesFound since the node started
 * @param divergencesRepaired of those, that a repair was carried out for and that are gone
 * @param consistencyChecks in their order
 */
public record ConsistencyView(
    double overallConsistencyScore,
    boolean repairing,
    long looks,
    long divergencesFound,
    long divergencesRepaired,
    List<Check> consistencyChecks)
    implements WireMessage {
  /** Most divergences that one check shows; its count has all. */
  public static final int SHOWN_MAX = 20;

  /** Before the first answer, or when the monitor does not answer. */
  public static final ConsistencyView UNKNOWN = new ConsistencyView(0, false, 0, 0, 0, List.of());

  public ConsistencyView {
    consistencyChecks = List.copyOf(consistencyChecks);
  }

  /**
   * One check.
   *
   * @param checkType such as {@code model_cache_vram_consistency}
   * @param lastCheck when all that it compares last answered; null if never
   * @param status consistent, minor_divergence or divergence; unknown before its first look
   * @param consistencyScore 0 to 1
   * @param divergences that count now
   * @param divergenceDetails the first of them
   */
  public record Check(
      String checkType,
      Instant lastCheck,
      String status,
      double consistencyScore,
      int divergences,
      List<Detail> divergenceDetails) {
    public Check {
      divergenceDetails = List.copyOf(divergenceDetails);
    }
  }

  /**
   * One divergence.
   *
   * @param owner who is right about the field
   * @param place device or model; empty where the subject says it all
   * @param repair that is carried out, or {@code none}
   */
  public record Detail(
      String kind,
      String field,
      String owner,
      String place,
      String subject,
      String ownerValue,
      String otherValue,
      String repair) {
    static Detail of(Divergence divergence) {
      return new Detail(
          divergence.kind().wireName(),
          divergence.kind().field(),
          divergence.kind().owner().wireName(),
          divergence.place(),
          divergence.subject(),
          divergence.ownerValue(),
          divergence.otherValue(),
          divergence.kind().repair().wireName());
    }
  }

  static ConsistencyView of(Watch watch, long looks, long found, long repaired) {
    List<Check> checks = new ArrayList<>();
    for (CheckResult result : watch.inOrder()) {
      boolean known = result.lastCheck().isAfter(Instant.EPOCH);
      checks.add(
          new Check(
              result.type().wireName(),
              known ? result.lastCheck() : null,
              known ? result.status().wireName() : "unknown",
              result.score(),
              result.divergences().size(),
              result.divergences().stream().limit(SHOWN_MAX).map(Detail::of).toList()));
    }
    return new ConsistencyView(
        Math.round(watch.overall() * 1_000) / 1_000.0,
        watch.run().isPresent(),
        looks,
        found,
        repaired,
        checks);
  }
}
