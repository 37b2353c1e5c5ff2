package io.mainstay.actors.inference;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.protocol.state.DeviceRoutingUpdate;
import java.util.Collection;
import java.util.Map;

/**
 * Tells every worker where work goes, whenever that changes: a device came up, is suspected, died,
 * is reserved for somebody else, or is back. Confined to the supervisor.
 */
final class RouteTelling {
  private final StateVoice voice;
  private Routes told = Routes.NONE;

  RouteTelling(ActorSystem<?> system) {
    this.voice = StateVoice.of(system);
  }

  /** Something of a device changed, perhaps what it does. */
  void changed(Collection<DeviceSeat> seats, Map<String, ModelDescriptor> models) {
    Routes now = Routes.of(seats, models);
    boolean immediately = now.lost(told);
    if (!now.table().equals(told.table())) {
      voice.say(new DeviceRoutingUpdate(now.table(), immediately), StateCommand.EVERY_WORKER);
    }
    told = now;
  }
}
