package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.EnforcementAction;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.LoadTarget;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.OptimizationStrategy;
import io.mainstay.protocol.state.OutputFormat;
import io.mainstay.protocol.state.OutputQuality;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.RamCacheStatus;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.Strictness;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Messages for tests. */
final class Told {
  static final Instant START = Instant.parse("2026-11-22T06:00:00Z");

  private Told() {}

  static DeviceHealthUpdate health(String device, StatePriority urgency) {
    return new DeviceHealthUpdate(
        device,
        new DeviceHealthUpdate.HealthMetrics(OptionalDouble.empty(), 50, 0.5, 0),
        START,
        urgency);
  }

  static VramUsageUpdate use(String device, PressureLevel pressure) {
    return new VramUsageUpdate(
        device, new VramUsageUpdate.VramMetrics(100, 50, 50, 0), pressure, false);
  }

  static SessionProgressUpdate progress(String session, int done) {
    return new SessionProgressUpdate(
        session,
        new SessionProgressUpdate.ProgressMetrics(done, 0, Optional.empty()),
        "inference_execution",
        new SessionProgressUpdate.ResourceUsage(0, 0));
  }

  static SystemMemoryAllocated allocated(String owner, long bytes) {
    return new SystemMemoryAllocated(owner, bytes, "model", "cpu-0", 0);
  }

  static SafetyPolicyUpdate policy(String version) {
    return new SafetyPolicyUpdate(
        version,
        new SafetyPolicyUpdate.SafetyThresholds(0.95, 7, Strictness.STRICT),
        new SafetyPolicyUpdate.EnforcementActions(
            EnforcementAction.REJECT, EnforcementAction.FLAG_FOR_REVIEW));
  }

  static ModelRuntimeUpdate ready(String model) {
    return new ModelRuntimeUpdate(
        model, new ModelRuntimeUpdate.RuntimeMetrics(true, false, "extended", Duration.ZERO), 100);
  }

  static SessionControlCommand pause(String session) {
    return new SessionControlCommand(session, SessionCommand.PAUSE_OPERATIONS, "why", "until");
  }

  /** One message of each place of an order. */
  static StateMessage step(Sequence sequence, int position, String subject) {
    if (sequence == Sequence.READINESS) {
      return switch (position) {
        case 0 -> health(subject, StatePriority.CRITICAL);
        case 1 -> use(subject, PressureLevel.CRITICAL);
        case 2 ->
            new ModelCacheUpdate(
                new ModelCacheUpdate.CacheChanges(List.of(subject), List.of(), 0.5), false, 1);
        default -> pause(subject);
      };
    }
    return switch (position) {
      case 0 -> new SystemMemoryAllocated(subject, 1, "model_cache", "system_ram", 1);
      case 1 ->
          subject.hashCode() % 2 == 0
              ? new ModelLoadRequest(
                  subject,
                  LoadTarget.VRAM,
                  StatePriority.CRITICAL,
                  RamCacheStatus.MISSING,
                  1,
                  List.of())
              : new ModelLoadingProgress(subject, "ready", 100, 1, Optional.empty(), List.of());
      case 2 ->
          subject.hashCode() % 2 == 0
              ? ready(subject)
              : new InferenceOrchestration(
                  subject,
                  new InferenceOrchestration.BatchConfiguration(
                      1, false, OptimizationStrategy.LATENCY),
                  new InferenceOrchestration.ResourceAllocation(0, StatePriority.CRITICAL));
      default ->
          new PostprocessingRequest(
              subject,
              "inference",
              List.of(
                  new PostprocessingRequest.PipelineStep(
                      "upscaling", "m", Optional.empty(), Optional.empty())),
              new PostprocessingRequest.OutputRequirements(
                  OutputFormat.PNG, OutputQuality.LOSSLESS, true));
    };
  }

  static StateEnvelope envelope(long number, StateMessage message) {
    return new StateEnvelope(1, number, 0, number, START, message);
  }

  static Change change(long id, String device, StateMessage message) {
    return Change.of(id, device, envelope(id, message), Set.of(device));
  }
}
