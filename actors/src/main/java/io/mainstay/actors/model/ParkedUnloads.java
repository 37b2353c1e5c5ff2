package io.mainstay.actors.model;

import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand.Unload;
import io.mainstay.actors.model.load.LoadDesk;
import java.util.ArrayList;
import java.util.List;

/**
 * Unloads that wait for devices which are out of reach, in order. Confined to the {@code
 * ModelSupervisor}.
 */
final class ParkedUnloads {
  private final LoadDesk loads;
  private final ModelSettings settings;
  private final List<Unload> parked = new ArrayList<>();

  ParkedUnloads(LoadDesk loads, ModelSettings settings) {
    this.loads = loads;
    this.settings = settings;
  }

  /** True if the unload waits, or was refused since too many do. */
  boolean park(Unload unload) {
    boolean waits =
        unload.deviceId().isEmpty()
            ? loads.residences().spots(unload.modelId()).stream()
                .anyMatch(spot -> loads.isFrozen(spot.deviceId()))
            : loads.isFrozen(unload.deviceId());
    if (waits && parked.contains(unload)) {
      return true; // One that nobody waits for, come again.
    }
    if (waits && parked.size() >= settings.waitersMax()) {
      unload
          .replyTo()
          .tell(
              StatusReply.error(
                  Refusal.busy(
                      parked.size()
                          + " unloads wait for a device that is out of reach, the most that"
                          + " mainstay.model.waiters-max allows",
                      settings.retryAfter().toMillis())));
    } else if (waits) {
      parked.add(unload);
    }
    return waits;
  }

  /** All that wait; those that still meet a frozen device are parked once more. */
  List<Unload> leave() {
    List<Unload> again = List.copyOf(parked);
    parked.clear();
    return again;
  }
}
