package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.Set;

/** What the node's {@link OutageKeeper} is asked. Node-local. */
public sealed interface OutageCommand
    permits OutageCommand.Get, OutageCommand.Subscribe, OutageCommand.Confirm, Heard {
  /** Devices that are not plainly in reach. */
  record Get(ActorRef<Outages> replyTo) implements OutageCommand {}

  /** What a subscriber wants to hear of. */
  enum Interest {
    /** {@link OutageNotice.Frozen}, {@link OutageNotice.Thawed}, {@link OutageNotice.Returned}. */
    FREEZES,
    /** {@link OutageNotice.ModelStateChanged}, which the subscriber confirms. */
    MODELS
  }

  /**
   * From now on the subscriber hears every notice that it is interested in; first of the devices
   * that are frozen now. One that starts again subscribes again, under the same name.
   *
   * @param name by which the journal knows it, such as {@code inference}
   */
  record Subscribe(String name, Set<Interest> interests, ActorRef<OutageNotice> subscriber)
      implements OutageCommand {
    public Subscribe {
      interests = Set.copyOf(interests);
    }
  }

  /** The subscriber of that name has acted on the notice. */
  record Confirm(String name, long noticeId) implements OutageCommand {}

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
