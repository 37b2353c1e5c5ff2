package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import java.time.Duration;
import java.util.List;

/** What whoever changes state that a device holds is told. Node-local. In order for each device. */
public sealed interface OutageNotice {
  /** Code of a refusal because the device is out of reach and its state frozen. */
  String FROZEN = "device_frozen";

  /** Which device. */
  String deviceId();

  /**
   * Begin no change of state there; what came meanwhile waits for {@link Thawed}.
   *
   * @param longest after which the subscriber goes on by itself
   */
  record Frozen(String deviceId, Duration longest) implements OutageNotice {}

  /** Go on; {@code failover} if the device is given up for now, so that work goes elsewhere. */
  record Thawed(String deviceId, boolean failover) implements OutageNotice {}

  /** A device that was given up serves again. */
  record Returned(String deviceId) implements OutageNotice {}

  /**
   * What was believed of a model was wrong, and is put right. Confirm it once acted on.
   *
   * @param now what is so: {@code absent} or {@code loaded}
   * @param dependents who uses the model, for people
   */
  record ModelStateChanged(
      long noticeId,
      String deviceId,
      String modelId,
      String now,
      List<String> dependents,
      ActorRef<OutageCommand> keeper)
      implements OutageNotice {
    public ModelStateChanged {
      dependents = List.copyOf(dependents);
    }

    /** The subscriber of that name has acted on it. */
    public void confirm(String name) {
      keeper.tell(new OutageCommand.Confirm(name, noticeId));
    }
  }
}
