package io.mainstay.actors.device;

import io.mainstay.actors.gateway.Refusal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which devices are reserved, and by whom: one transaction for each device. Pure and immutable.
 *
 * @param held by device
 */
record DeviceReservations(Map<String, DeviceReservation> held) {
  DeviceReservations {
    held = Collections.unmodifiableMap(new LinkedHashMap<>(held));
  }

  static DeviceReservations none() {
    return new DeviceReservations(Map.of());
  }

  /** Why it cannot be granted; empty if it can, or is already. */
  Optional<Refusal> refusal(DeviceReservation asked) {
    DeviceReservation present = held.get(asked.deviceId());
    return present == null || present.transactionId().equals(asked.transactionId())
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                DeviceReservation.REFUSED,
                "the device "
                    + asked.deviceId()
                    + " is reserved by the transaction "
                    + present.transactionId()
                    + " for "
                    + present.owner(),
                "Wait until it ends; 'mainstay transactions release "
                    + present.transactionId()
                    + "' ends one of an operator"));
  }

  DeviceReservations with(DeviceReservation granted) {
    Map<String, DeviceReservation> next = new LinkedHashMap<>(held);
    next.put(granted.deviceId(), granted);
    return new DeviceReservations(next);
  }

  /** Nothing changes if another transaction has it. */
  DeviceReservations without(String deviceId, String transactionId) {
    DeviceReservation present = held.get(deviceId);
    if (present == null || !present.transactionId().equals(transactionId)) {
      return this;
    }
    Map<String, DeviceReservation> next = new LinkedHashMap<>(held);
    next.remove(deviceId);
    return new DeviceReservations(next);
  }

  boolean exclusive(String deviceId) {
    DeviceReservation present = held.get(deviceId);
    return present != null && present.kind() == DeviceReservation.Kind.EXCLUSIVE;
  }

  List<DeviceReservation> all() {
    return List.copyOf(held.values());
  }
}
