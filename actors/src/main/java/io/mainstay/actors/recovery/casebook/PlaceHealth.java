package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether the place of a fault is well, as far as the node's components tell: those that it names,
 * such as the device and the worker of {@code inference/cpu-0}. Pure.
 */
final class PlaceHealth {
  private PlaceHealth() {}

  /** What is wrong there; empty if nothing is, or if the place names no component. */
  static Optional<String> unwell(String place, ComponentCensus census) {
    List<String> parts = Arrays.asList(place.split("/"));
    return census.unhealthy().stream()
        .filter(one -> parts.contains(name(one)))
        .map(ComponentHealth::text)
        .findFirst();
  }

  private static String name(ComponentHealth one) {
    return one.component().substring(one.component().indexOf('/') + 1);
  }
}
