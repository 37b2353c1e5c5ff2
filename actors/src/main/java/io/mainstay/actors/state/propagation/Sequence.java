package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.util.List;

/**
 * The two orders in which each step must be complete before the next is propagated. What is not
 * critical, such as progress and measurements, is in neither and goes in parallel.
 */
enum Sequence {
  /** Health of a device, status of its memory, models on it, readiness for processing. */
  READINESS,
  /** Allocation of memory, loading of a model, readiness for inference, postprocessing. */
  PREPARATION;

  /** Positions of each. */
  static final int LENGTH = 4;

  /** A message's place: which order, and where in it, from 0. */
  record Step(Sequence sequence, int position) {}

  /** Where a message stands; empty if in neither order. */
  static List<Step> steps(StateMessage message) {
    if (message instanceof DeviceHealthUpdate health) {
      return health.propagationUrgency().compareTo(StatePriority.HIGH) >= 0
          ? readiness(0)
          : List.of();
    } else if (message instanceof VramUsageUpdate use) {
      return use.pressureLevel().compareTo(PressureLevel.HIGH) >= 0 ? readiness(1) : List.of();
    } else if (message instanceof ModelCacheUpdate) {
      return readiness(2);
    } else if (message instanceof ProcessingSessionCreated
        || message instanceof SessionControlCommand) {
      return readiness(3);
    } else if (message instanceof ModelLoadingProgress load) {
      return Ranking.isOver(load)
          ? List.of(new Step(READINESS, 2), new Step(PREPARATION, 1))
          : List.of();
    } else if (message instanceof ModelRuntimeUpdate runtime) {
      return Ranking.isNews(runtime)
          ? List.of(new Step(READINESS, 2), new Step(PREPARATION, 2))
          : List.of();
    } else if (message instanceof SystemMemoryAllocated
        || message instanceof MemoryAllocationRequest) {
      return preparation(0);
    } else if (message instanceof ModelLoadRequest) {
      return preparation(1);
    } else if (message instanceof InferenceOrchestration) {
      return preparation(2);
    } else if (message instanceof PostprocessingRequest) {
      return preparation(3);
    }
    return List.of();
  }

  private static List<Step> readiness(int position) {
    return List.of(new Step(READINESS, position));
  }

  private static List<Step> preparation(int position) {
    return List.of(new Step(PREPARATION, position));
  }
}
