package io.mainstay.actors.inference;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * What becomes of work while modes keep devices from computing. It migrates to a device that may;
 * where there is none, turns wait (whoever holds them is durable), and calls that somebody waits
 * for are refused at once with a time to come back. Pure but for what is in force.
 */
final class DeviceHandoff {
  private final ActorSystem<?> system;
  private final Duration retryAfter;

  DeviceHandoff(ActorSystem<?> system) {
    this.system = system;
    this.retryAfter = system.settings().config().getDuration(ModeSettings.PATH + ".retry-after");
  }

  /** As the modes leave it now. */
  DeviceSeat marked(DeviceSeat seat) {
    return seat.isolated(!DeviceUse.INFERENCE.may(InForce.on(system), seat.deviceId()));
  }

  /** Why a call is not kept for later, if it is not. */
  Optional<Refusal> cancelled(Collection<DeviceSeat> seats) {
    return way(seats, false)
        .filter(Handoff.OPERATION_CANCELLATION::equals)
        .map(nowhere -> refusal(InForce.on(system), seats));
  }

  /**
   * The way of what was to be computed on a device that may not; empty if none is kept from it.
   *
   * @param durable whether it can wait
   */
  static Optional<Handoff> way(Collection<DeviceSeat> seats, boolean durable) {
    if (seats.stream().noneMatch(DeviceSeat::isolated)) {
      return Optional.empty();
    }
    boolean elsewhere =
        seats.stream()
            .anyMatch(seat -> !seat.isolated() && seat.standing() != DeviceSeat.Standing.FAILED);
    return Optional.of(
        Handoff.decide(
            Handoff.Trigger.DOMAIN_FAILURE_DETECTION,
            new Handoff.Situation(elsewhere, false, durable)));
  }

  private Refusal refusal(Restrictions modes, Collection<DeviceSeat> seats) {
    String why =
        seats.stream()
            .filter(DeviceSeat::isolated)
            .flatMap(seat -> DeviceUse.INFERENCE.off(modes, seat.deviceId()).stream())
            .map(off -> off.code() + " is off while " + modes.modesText() + " holds")
            .findFirst()
            .orElse("devices get no work");
    return Refusal.later(
        "device_isolated",
        why + ": none of the node's " + seats.size() + " devices may compute",
        "Ask again after %d ms; 'mainstay mode' says until when".formatted(retryAfter.toMillis()),
        retryAfter.toMillis());
  }
}
