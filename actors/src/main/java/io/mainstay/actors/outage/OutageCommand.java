package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import java.util.List;

/** What the node's {@link OutageKeeper} is asked. Node-local. */
public sealed interface OutageCommand permits OutageCommand.Get, OutageCommand.Subscribe, Heard {
  /** Devices that are not plainly in reach. */
  record Get(ActorRef<Outages> replyTo) implements OutageCommand {}

  /** From now on the subscriber hears every notice; first of the devices that are frozen now. */
  record Subscribe(ActorRef<OutageNotice> subscriber) implements OutageCommand {}

  /** Answer to {@link Get}. */
  record Outages(List<OutageView> outages) {
    public Outages {
      outages = List.copyOf(outages);
    }

    /** Name of the node's mode: normal, or what it degraded to, and for which devices. */
    public String mode() {
      List<String> over =
          outages.stream()
              .filter(outage -> outage.phase().equals("failover"))
              .map(OutageView::deviceId)
              .toList();
      return over.isEmpty()
          ? "normal"
          : OutageKeeper.STRATEGY + " (without " + String.join(", ", over) + ")";
    }
  }

  /**
   * One device.
   *
   * @param phase frozen, reconciling, failover or returning
   */
  record OutageView(String deviceId, String phase, int attempts, boolean frozen) {}
}
