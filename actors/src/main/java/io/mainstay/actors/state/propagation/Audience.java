package io.mainstay.actors.state.propagation;

import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whom a message concerns among the domains of this node. Pure. Critical health concerns all, high
 * pressure those that use memory, a model that became ready those that wait for it; anything else
 * its own domain only.
 */
final class Audience {
  private Audience() {}

  static Set<StateDomain> of(StateMessage message, Rank rank) {
    if (message instanceof DeviceHealthUpdate) {
      return rank == Rank.P0 ? EnumSet.allOf(StateDomain.class) : EnumSet.of(StateDomain.DEVICE);
    } else if (message instanceof VramUsageUpdate) {
      return rank == Rank.P1
          ? EnumSet.of(StateDomain.MODEL, StateDomain.INFERENCE, StateDomain.PROCESSING)
          // Who rests for want of memory waits to hear that there is enough.
          : EnumSet.of(StateDomain.MEMORY, StateDomain.PROCESSING);
    } else if (message instanceof ModelLoadingProgress || message instanceof ModelRuntimeUpdate) {
      return rank == Rank.P2
          ? EnumSet.of(StateDomain.PROCESSING, StateDomain.INFERENCE)
          : EnumSet.of(StateDomain.MODEL);
    } else if (message instanceof SessionProgressUpdate) {
      return EnumSet.of(StateDomain.PROCESSING, StateDomain.MEMORY);
    } else if (message instanceof InferenceProgress) {
      return EnumSet.of(StateDomain.INFERENCE, StateDomain.POSTPROCESSING);
    } else if (message instanceof PostprocessingCompleted) {
      return EnumSet.of(StateDomain.POSTPROCESSING, StateDomain.PROCESSING);
    }
    return EnumSet.of(StateKind.of(message).domain());
  }
}
