package io.mainstay.actors.degradation.protection;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.degradation.protection.ComponentHealth.Health;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The components of a node and how each is: its devices, the worker of each, the models that they
 * are to hold, and its domains. Pure; immutable.
 *
 * @param components in that order
 */
public record ComponentCensus(List<ComponentHealth> components) {
  private static final int NAMED_MAX = 8;
  private static final int PERCENT = 100;

  public ComponentCensus {
    components = List.copyOf(components);
  }

  /**
   * Counts them.
   *
   * @param configured ids of the node's devices
   * @param devices what each says of itself; one that is missing did not answer
   * @param broken models that cannot be used, each with why
   * @param answered domains by name, and whether each answered in time
   */
  public static ComponentCensus of(
      List<String> configured,
      Collection<DeviceFacts> devices,
      Map<String, String> broken,
      Map<String, Boolean> answered) {
    List<ComponentHealth> all = new ArrayList<>();
    Set<String> wanted = new TreeSet<>();
    for (String id : configured) {
      Optional<DeviceFacts> device = devices.stream().filter(d -> d.id().equals(id)).findFirst();
      all.add(device.map(ComponentCensus::device).orElse(silent("device/" + id)));
      all.add(device.map(ComponentCensus::worker).orElse(silent("worker/" + id)));
      device.ifPresent(known -> wanted.addAll(known.wanted()));
    }
    wanted.forEach(model -> all.add(model(model, devices, broken)));
    answered.forEach(
        (domain, spoke) ->
            all.add(
                spoke
                    ? new ComponentHealth("domain/" + domain, Health.HEALTHY, "it answers")
                    : silent("domain/" + domain)));
    return new ComponentCensus(all);
  }

  private static ComponentHealth silent(String component) {
    return new ComponentHealth(component, Health.UNHEALTHY, "it does not answer");
  }

  private static ComponentHealth device(DeviceFacts device) {
    Health health =
        switch (device.state()) {
          case "serving" -> Health.HEALTHY;
          case "starting", "suspected" -> Health.DEGRADED;
          default -> Health.UNHEALTHY;
        };
    return new ComponentHealth("device/" + device.id(), health, device.state());
  }

  private static ComponentHealth worker(DeviceFacts device) {
    String component = "worker/" + device.id();
    Optional<SlotFacts> serving =
        device.slots().stream()
            .filter(slot -> slot.epoch() != 0 && slot.epoch() == device.servingEpoch())
            .findFirst();
    if (serving.isEmpty() || !serving.get().greeted()) {
      return device.state().equals("starting")
          ? new ComponentHealth(component, Health.DEGRADED, "it starts")
          : new ComponentHealth(component, Health.UNHEALTHY, "there is none");
    }
    return serving.get().account().isPresent()
        ? new ComponentHealth(component, Health.HEALTHY, "it gives account")
        : new ComponentHealth(component, Health.DEGRADED, "it is busy or silent");
  }

  private static ComponentHealth model(
      String model, Collection<DeviceFacts> devices, Map<String, String> broken) {
    String component = "model/" + model;
    if (broken.containsKey(model)) {
      return new ComponentHealth(component, Health.UNHEALTHY, broken.get(model));
    }
    List<DeviceFacts> wanting = devices.stream().filter(d -> d.wanted().contains(model)).toList();
    long has =
        wanting.stream()
            .filter(d -> d.state().equals("serving") && d.publishedModels().contains(model))
            .count();
    if (has == wanting.size()) {
      return new ComponentHealth(component, Health.HEALTHY, "it is where it is to be");
    }
    boolean comes =
        wanting.stream()
            .anyMatch(
                d -> d.state().equals("starting") || d.slots().stream().anyMatch(SlotFacts::busy));
    String evidence = "on " + has + " of " + wanting.size() + " devices that are to hold it";
    return new ComponentHealth(
        component, has > 0 || comes ? Health.DEGRADED : Health.UNHEALTHY, evidence);
  }

  /** Those that can do nothing. */
  public List<ComponentHealth> unhealthy() {
    return components.stream().filter(ComponentHealth::unhealthy).toList();
  }

  /** Share of them that can do nothing, 0 to 1; 0 for none at all. */
  public double unhealthyShare() {
    return components.isEmpty() ? 0 : (double) unhealthy().size() / components.size();
  }

  /** One sentence, with the first of those that can do nothing. */
  public String text() {
    List<ComponentHealth> failed = unhealthy();
    String named =
        String.join("; ", failed.stream().limit(NAMED_MAX).map(ComponentHealth::text).toList());
    return "%d of %d components are unhealthy (%d %%)%s"
        .formatted(
            failed.size(),
            components.size(),
            Math.round(unhealthyShare() * PERCENT),
            failed.isEmpty() ? "" : ": " + named);
  }
}
