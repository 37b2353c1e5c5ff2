package io.mainstay.actors.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a starting node still waits for. Immutable; no clock. A node is ready when each of its
 * devices serves or failed, at least one serves, and every preload of a serving device has ended.
 *
 * @param waiting devices that neither serve nor failed
 * @param serving devices
 * @param failed devices with the reason and remedy
 * @param loading preloads under way, as model@device
 * @param unloaded preloads that ended without the model, with the reason
 */
record Readiness(
    Set<String> waiting,
    Set<String> serving,
    Map<String, String> failed,
    Set<String> loading,
    Map<String, String> unloaded) {
  Readiness {
    waiting = Set.copyOf(waiting);
    serving = Set.copyOf(serving);
    failed = Map.copyOf(failed);
    loading = Set.copyOf(loading);
    unloaded = Map.copyOf(unloaded);
  }

  static Readiness of(List<String> devices) {
    return new Readiness(Set.copyOf(devices), Set.of(), Map.of(), Set.of(), Map.of());
  }

  /** A device serves; these models are asked for on it now. */
  Readiness up(String device, List<String> preload) {
    if (serving.contains(device)) {
      return this;
    }
    Set<String> more = new HashSet<>(loading);
    preload.forEach(model -> more.add(model + "@" + device));
    Map<String, String> stillFailed = new HashMap<>(failed);
    stillFailed.remove(device);
    return new Readiness(
        without(waiting, device), with(serving, device), stillFailed, more, unloaded);
  }

  /** A device is out of service. */
  Readiness down(String device, String why) {
    Map<String, String> more = new HashMap<>(failed);
    more.put(device, why);
    return new Readiness(
        without(waiting, device), without(serving, device), more, loading, unloaded);
  }

  /** A preload ended; {@code problem} is null when the model is there. */
  Readiness loaded(String model, String device, String problem) {
    Map<String, String> more = new HashMap<>(unloaded);
    if (problem != null) {
      more.put(model + "@" + device, problem);
    }
    return new Readiness(waiting, serving, failed, without(loading, model + "@" + device), more);
  }

  boolean ready() {
    return waiting.isEmpty() && !serving.isEmpty() && loading.isEmpty();
  }

  /** No device is left that could serve. */
  boolean hopeless() {
    return waiting.isEmpty() && serving.isEmpty();
  }

  /** What is missing, for people. */
  String missing() {
    List<String> parts = new ArrayList<>();
    waiting.stream().sorted().forEach(device -> parts.add("device " + device + " has not come up"));
    failed.forEach((device, why) -> parts.add("device " + device + " failed: " + why));
    loading.stream().sorted().forEach(load -> parts.add("model " + load + " is loading"));
    return String.join("; ", parts);
  }

  private static Set<String> without(Set<String> set, String gone) {
    Set<String> rest = new HashSet<>(set);
    rest.remove(gone);
    return rest;
  }

  private static Set<String> with(Set<String> set, String more) {
    Set<String> all = new HashSet<>(set);
    all.add(more);
    return all;
  }
}
