package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import java.util.Arrays;
import java.util.List;

/**
 * Whether the place of a fault is well, as far as the node's components tell: those that it names,
 * such as the device and the worker of {@code inference/cpu-0}. Pure.
 */
final class PlaceHealth {
  private PlaceHealth() {}

  /** Whether nothing is wrong there; so it is if the place names no component. */
  static boolean isWell(String place, ComponentCensus census) {
    List<String> parts = Arrays.asList(place.split("/"));
    return census.unhealthy().stream().noneMatch(one -> parts.contains(name(one)));
  }

  private static String name(ComponentHealth one) {
    return one.component().substring(one.component().indexOf('/') + 1);
  }
}
