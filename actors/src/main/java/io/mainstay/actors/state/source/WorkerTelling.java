package io.mainstay.actors.state.source;

import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one incarnation of a worker reports, as state messages of that worker, numbered in the order
 * in which they came. Thread-safe.
 */
public final class WorkerTelling {
  private final String deviceId;
  private final long epoch;
  private final Clock clock;
  private final AtomicLong sequence = new AtomicLong();

  /** Of one incarnation. */
  public WorkerTelling(String deviceId, long epoch, Clock clock) {
    this.deviceId = deviceId;
    this.epoch = epoch;
    this.clock = clock;
  }

  /** Its health; critical where all of its memory is used. */
  public StateEnvelope health(DeviceHealth health) {
    return told(
        new DeviceHealthUpdate(
            deviceId,
            new DeviceHealthUpdate.HealthMetrics(
                Float.isNaN(health.temperatureCelsius())
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(health.temperatureCelsius()),
                health.utilizationPercent(),
                health.memoryUsage(),
                health.errorCount()),
            clock.instant(),
            health.memoryUsage() >= 1 ? StatePriority.CRITICAL : StatePriority.NORMAL));
  }

  /** Its use of memory. */
  public StateEnvelope memory(VramUsage usage) {
    PressureLevel pressure = usage.pressure();
    return told(
        new VramUsageUpdate(
            deviceId,
            new VramUsageUpdate.VramMetrics(
                usage.totalBytes(),
                usage.usedBytes(),
                usage.availableBytes(),
                usage.fragmentation()),
            pressure,
            usage.cleanupRecommended()));
  }

  /** How far a load is. */
  public StateEnvelope loading(String modelId, LoadProgress progress) {
    return told(
        new ModelLoadingProgress(
            modelId,
            progress.stage(),
            Math.min(100, progress.percent()),
            progress.allocatedBytes(),
            Optional.empty(),
            List.of()));
  }

  /** A load failed. */
  public StateEnvelope loadFailed(String modelId, String reason) {
    return told(
        new ModelLoadingProgress(modelId, "failed", 0, 0, Optional.empty(), List.of(reason)));
  }

  /** A model is ready. */
  public StateEnvelope ready(String modelId, LoadedModel model) {
    return told(
        new ModelRuntimeUpdate(
            modelId,
            new ModelRuntimeUpdate.RuntimeMetrics(true, false, "all", Duration.ZERO),
            Math.max(0, model.memoryBytes())));
  }

  /** A model was unloaded. */
  public StateEnvelope unloaded(String modelId) {
    return told(
        new ModelRuntimeUpdate(
            modelId,
            new ModelRuntimeUpdate.RuntimeMetrics(false, false, "none", Duration.ZERO),
            0));
  }

  /** What the worker told itself, in its place among what is told of it here. */
  public synchronized StateEnvelope passedOn(StateEnvelope told) {
    long number = sequence.incrementAndGet();
    return new StateEnvelope(
        epoch, number, told.correlationId(), number, told.at(), told.message());
  }

  private synchronized StateEnvelope told(StateMessage message) {
    long number = sequence.incrementAndGet();
    return new StateEnvelope(epoch, number, 0, number, clock.instant(), message);
  }
}
