package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;
import java.util.EnumSet;
import java.util.Set;

/**
 * Operations that are off beyond a limit only: the name says what is refused, the limit from where
 * on. Neither means anything without the other, so a mode has both or none. Pure.
 */
final class OffLimits {
  private static final Set<Operation> OF_ALLOCATIONS =
      EnumSet.of(
          Operation.LARGE_ALLOCATIONS,
          Operation.LARGE_MEMORY_ALLOCATIONS,
          Operation.MEMORY_INTENSIVE_MODEL_OPERATIONS,
          Operation.HIGH_MEMORY_PROCESSING_SESSIONS);

  private OffLimits() {}

  /**
   * The same demands.
   *
   * @throws IllegalArgumentException naming the operation and the limit that it lacks, or the limit
   *     that no operation asks for
   */
  static Restrictions checked(Restrictions demands) {
    boolean allocations = demands.memory().allocationMax() != Limit.NO_BYTES;
    OF_ALLOCATIONS.forEach(name -> needs(demands, name, "memory.allocation-max", allocations));
    if (allocations && OF_ALLOCATIONS.stream().noneMatch(demands::isOff)) {
      throw new IllegalArgumentException(
          "memory.allocation-max is given, and off names nothing that asks for it: one of "
              + OF_ALLOCATIONS.stream().map(CatalogName::code).toList());
    }
    needs(
        demands,
        Operation.LARGE_MODEL_CACHING,
        "models.bytes-max",
        demands.models().bytesMax() != Limit.NO_BYTES);
    needs(
        demands,
        Operation.HIGH_RESOLUTION_INFERENCE,
        "inference.side-max",
        demands.inference().sideMax() != Limit.NONE);
    return demands;
  }

  private static void needs(Restrictions demands, Operation off, String limit, boolean given) {
    if (demands.isOff(off) && !given) {
      throw new IllegalArgumentException(
          "off names " + off.code() + ", which is off beyond " + limit + ", and that is missing");
    }
  }
}
