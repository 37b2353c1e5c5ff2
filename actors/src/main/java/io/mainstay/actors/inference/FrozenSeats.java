package io.mainstay.actors.inference;

import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.outage.OutageNotice;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Devices that nothing is planned for while both sides are compared: accepted work gets no turn
 * there, and no model is taken there. What runs goes on, and so do requests that wait for their
 * answer. Confined to the supervisor.
 */
final class FrozenSeats {
  private final TimerScheduler<InferenceCommand> timers;
  private final Set<String> frozen = new HashSet<>();

  FrozenSeats(TimerScheduler<InferenceCommand> timers) {
    this.timers = timers;
  }

  /** Follows the outages. */
  void on(OutageNotice notice) {
    String deviceId = notice.deviceId();
    if (notice instanceof OutageNotice.Frozen told) {
      frozen.add(deviceId);
      // Bounded whatever becomes of who said so.
      timers.startSingleTimer(
          "thaw " + deviceId,
          new InferenceSupervisor.Outage(new OutageNotice.Thawed(deviceId, false)),
          told.longest());
    } else if (notice instanceof OutageNotice.Thawed) {
      timers.cancel("thaw " + deviceId);
      frozen.remove(deviceId);
    }
  }

  /** The devices that new work is planned for now. */
  Set<String> takeWork(Collection<DeviceSeat> seats) {
    return planned(seats).stream()
        .filter(DeviceSeat::up)
        .map(DeviceSeat::deviceId)
        .collect(Collectors.toSet());
  }

  /** The seats that work may be planned for. */
  List<DeviceSeat> planned(Collection<DeviceSeat> seats) {
    return seats.stream().filter(seat -> !frozen.contains(seat.deviceId())).toList();
  }
}
