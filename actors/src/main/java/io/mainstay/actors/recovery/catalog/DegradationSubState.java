package io.mainstay.actors.recovery.catalog;

import java.util.EnumSet;
import java.util.Set;

/** Further named states, each visible as a part of the modes it can belong to. */
public enum DegradationSubState implements CatalogName {
  CPU_ONLY_OPERATION(DegradationMode.DEVICE_ISOLATION, DegradationMode.MINIMAL_OPERATION_MODE),
  MEMORY_CONSERVATION_MODE(
      DegradationMode.PERFORMANCE_CONSERVATION_MODE, DegradationMode.MEMORY_DOMAIN_ISOLATION),
  /** Leaving it needs an acknowledgement, as {@code manual-gate} says. */
  SYSTEM_PROTECTION_MODE(DegradationMode.MINIMAL_OPERATION_MODE),
  FAILOVER_MODE(DegradationMode.DEVICE_ISOLATION, DegradationMode.MODEL_DOMAIN_ISOLATION),
  /** Throttles intake on top of whichever mode holds. */
  EMERGENCY_MODE(DegradationMode.values());

  private final Set<DegradationMode> parents;

  DegradationSubState(DegradationMode... parents) {
    this.parents = Set.copyOf(EnumSet.of(parents[0], parents));
  }

  /** The modes that it can be a part of. */
  public Set<DegradationMode> parents() {
    return parents;
  }
}
