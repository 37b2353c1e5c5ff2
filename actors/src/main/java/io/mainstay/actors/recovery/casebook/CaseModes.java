package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which modes protect from an error that does not heal. Pure.
 *
 * @param devices ids of the node's devices
 */
record CaseModes(Set<String> devices) {
  private static final String MODEL = "model/";

  /** Has the system protect itself. */
  static final ModeKey PROTECTION =
      ModeKey.of(
          DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, "");

  CaseModes {
    devices = Set.copyOf(devices);
  }

  /** Those of the catalog, about what the place names; an isolation of nothing is none. */
  List<ModeKey> of(Collection<DegradationMode> modes, String place) {
    return modes.stream().sorted().map(mode -> key(mode, place)).flatMap(Optional::stream).toList();
  }

  private Optional<ModeKey> key(DegradationMode mode, String place) {
    return switch (mode) {
      case DEVICE_ISOLATION ->
          Arrays.stream(place.split("/"))
              .filter(devices::contains)
              .findFirst()
              .map(device -> ModeKey.of(mode, device));
      case MODEL_DOMAIN_ISOLATION ->
          place.startsWith(MODEL) && place.length() > MODEL.length()
              ? Optional.of(ModeKey.of(mode, place.substring(MODEL.length())))
              : Optional.empty();
      default -> Optional.of(ModeKey.of(mode));
    };
  }
}
