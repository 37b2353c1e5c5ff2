package io.mainstay.actors.state.source;

import io.mainstay.actors.device.verdict.HealthLimits;
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
 * What one incarnation of a worker reports, as state messages. A worker of protocol version 0 does
 * not number them: then they are numbered here, in the order in which they came. Thread-safe.
 */
public final class WorkerTelling {
  private final String deviceId;
  private final long epoch;
  private final Clock clock;
  private final HealthLimits limits;
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();

  /** Of one incarnation. */
  public WorkerTelling(String deviceId, long epoch, Clock clock, HealthLimits limits) {
    this.deviceId = deviceId;
    this.epoch = epoch;
    this.clock = clock;
    this.limits = limits;
  }

  /** Its health. */
  public StateEnvelope health(DeviceHealth health) {
    return told(
        judged(
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
                StatePriority.NORMAL)));
  }

  /** What a worker numbered itself: it only measures, how urgent its health is we say. */
  public StateEnvelope judged(StateEnvelope told) {
    return told.message() instanceof DeviceHealthUpdate health
        ? new StateEnvelope(
            told.epoch(),
            told.sequence(),
            told.correlationId(),
            told.version(),
            told.at(),
            judged(health))
        : told;
  }

  private DeviceHealthUpdate judged(DeviceHealthUpdate health) {
    DeviceHealthUpdate.HealthMetrics metrics = health.healthMetrics();
    return new DeviceHealthUpdate(
        health.deviceId(),
        metrics,
        health.timestamp(),
        limits.urgency(metrics, errors.getAndSet(metrics.errorCount())));
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
  public static ModelLoadingProgress loading(String modelId, LoadProgress progress) {
    return new ModelLoadingProgress(
        modelId,
        progress.stage(),
        Math.max(0, Math.min(100, progress.percent())),
        Math.max(0, progress.allocatedBytes()),
        Optional.empty(),
        List.of());
  }

  /** A load failed. */
  public static ModelLoadingProgress loadFailed(String modelId, String reason) {
    return new ModelLoadingProgress(modelId, "failed", 0, 0, Optional.empty(), List.of(reason));
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

  private synchronized StateEnvelope told(StateMessage message) {
    long number = sequence.incrementAndGet();
    return new StateEnvelope(epoch, number, 0, number, clock.instant(), message);
  }
}
