package io.mainstay.actors.recovery;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The engine that a fault was seen in: one incarnation of a device's worker. It is the end of the
 * fault's component, {@code .../engine/<device>/<epoch>}, so that every journal event that names
 * the component has it. Pure.
 *
 * @param deviceId of its device
 * @param epoch of its worker, at least 0
 */
public record EngineMark(String deviceId, long epoch) {
  private static final String ENGINE = "engine";

  /** The component of a fault that was seen at that place, in this engine. */
  public String at(String place) {
    return place + "/" + ENGINE + "/" + deviceId + "/" + epoch;
  }

  /** What a fault's component names; empty if it names no engine. */
  public static Optional<EngineMark> of(String component) {
    List<String> parts = Arrays.asList(component.split("/"));
    int at = parts.size() - 3;
    return at >= 0 && parts.get(at).equals(ENGINE) && parts.get(at + 2).matches("\\d{1,18}")
        ? Optional.of(new EngineMark(parts.get(at + 1), Long.parseLong(parts.get(at + 2))))
        : Optional.empty();
  }
}
