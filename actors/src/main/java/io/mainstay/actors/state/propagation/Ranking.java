package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.DeviceRoutingUpdate;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.InferenceRequest;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.VramUsageUpdate;

/**
 * Urgency and impact of a message as a rank. Pure. Critical health of a device is P0, high memory
 * pressure P1, a model that has become ready P2, progress and metrics P3; where a message says its
 * own weight, that is its rank, but what waits for others in a sequence is never P0.
 */
final class Ranking {
  private Ranking() {}

  static Rank of(StateMessage message) {
    Rank rank = own(message);
    boolean waits = Sequence.steps(message).stream().anyMatch(step -> step.position() > 0);
    return waits && rank == Rank.P0 ? Rank.P1 : rank;
  }

  private static Rank own(StateMessage message) {
    if (message instanceof DeviceHealthUpdate health) {
      return health.propagationUrgency().compareTo(StatePriority.HIGH) >= 0
          ? of(health.propagationUrgency())
          : Rank.P3;
    } else if (message instanceof VramUsageUpdate use) {
      return use.pressureLevel().compareTo(PressureLevel.HIGH) >= 0 ? Rank.P1 : Rank.P3;
    } else if (message instanceof ModelLoadingProgress load) {
      return isOver(load) ? Rank.P2 : Rank.P3;
    } else if (message instanceof ModelRuntimeUpdate runtime) {
      return isNews(runtime) ? Rank.P2 : Rank.P3;
    } else if (message instanceof SessionProgressUpdate
        || message instanceof InferenceProgress
        || message instanceof PostprocessingProgress
        || message instanceof PostprocessingCompleted) {
      return Rank.P3;
    } else if (message instanceof SafetyPolicyUpdate || message instanceof SessionControlCommand) {
      return Rank.P1;
    } else if (message instanceof DeviceRoutingUpdate routing) {
      return routing.effectiveImmediately() ? Rank.P1 : Rank.P2;
    } else if (message instanceof MemoryPolicyUpdate policy) {
      return policy.effectiveImmediately() ? Rank.P1 : Rank.P2;
    }
    return of(weight(message));
  }

  /** What the message says of its own weight; normal where it says nothing. */
  private static StatePriority weight(StateMessage message) {
    if (message instanceof DeviceConfigUpdate config) {
      return config.propagationPriority();
    } else if (message instanceof MemoryAllocationRequest request) {
      return request.priority();
    } else if (message instanceof ModelLoadRequest load) {
      return load.loadingPriority();
    } else if (message instanceof ProcessingSessionCreated session) {
      return session.resourceAllocation().priority();
    } else if (message instanceof CrossDomainCoordination coordination) {
      return coordination.coordinationRequest().coordinationPriority();
    } else if (message instanceof InferenceRequest request) {
      return request.priority();
    } else if (message instanceof InferenceOrchestration batch) {
      return batch.resourceAllocation().processingPriority();
    }
    return StatePriority.NORMAL;
  }

  /** The load is done, or has failed. */
  static boolean isOver(ModelLoadingProgress load) {
    return load.progressPercentage() >= 100 || !load.loadingErrors().isEmpty();
  }

  /** The model became ready, or ceased to be; not just another measurement of it. */
  static boolean isNews(ModelRuntimeUpdate runtime) {
    return !runtime.runtimeMetrics().inferenceReady()
        || runtime.runtimeMetrics().averageInferenceTime().isZero();
  }

  private static Rank of(StatePriority weight) {
    return switch (weight) {
      case CRITICAL -> Rank.P0;
      case HIGH -> Rank.P1;
      case NORMAL -> Rank.P2;
      case LOW -> Rank.P3;
    };
  }
}
