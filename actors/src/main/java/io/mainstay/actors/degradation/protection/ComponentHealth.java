package io.mainstay.actors.degradation.protection;

import java.util.Objects;

/**
 * How one component of a node is.
 *
 * @param component stable name, such as {@code device/cpu-0}, {@code worker/cpu-0}, {@code
 *     model/all-minilm-l6-v2-q} or {@code domain/memory}
 * @param health what it can do
 * @param evidence what was seen, one phrase
 */
public record ComponentHealth(String component, Health health, String evidence) {
  /** What a component can do. */
  public enum Health {
    /** All of it. */
    HEALTHY,
    /** Not all of it, or not yet; it counts as no failure. */
    DEGRADED,
    /** Nothing. */
    UNHEALTHY
  }

  public ComponentHealth {
    Objects.requireNonNull(component, "component");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(evidence, "evidence");
  }

  /** Whether it counts as a failure. */
  public boolean unhealthy() {
    return health == Health.UNHEALTHY;
  }

  /** For people. */
  public String text() {
    return component + ": " + evidence;
  }
}
