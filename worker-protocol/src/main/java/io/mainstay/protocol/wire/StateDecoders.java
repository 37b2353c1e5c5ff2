package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.CrossDomainCoordinationDecoder;
import io.mainstay.protocol.codec.DeviceCapabilityDiscoveredDecoder;
import io.mainstay.protocol.codec.MemoryAllocationRequestDecoder;
import io.mainstay.protocol.codec.MessageHeaderDecoder;
import io.mainstay.protocol.codec.ModelRuntimeUpdateDecoder;
import io.mainstay.protocol.codec.PostprocessingCompletedDecoder;
import io.mainstay.protocol.codec.PostprocessingProgressDecoder;
import io.mainstay.protocol.codec.SessionProgressUpdateDecoder;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StatePriority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.agrona.DirectBuffer;

/**
 * Decoders of the worker's state messages, each made once and reused. Text and groups are read in
 * the order of the wire.
 */
final class StateDecoders {
  private final DeviceCapabilityDiscoveredDecoder deviceCapabilityDiscovered =
      new DeviceCapabilityDiscoveredDecoder();
  private final MemoryAllocationRequestDecoder memoryAllocationRequest =
      new MemoryAllocationRequestDecoder();
  private final ModelRuntimeUpdateDecoder modelRuntimeUpdate = new ModelRuntimeUpdateDecoder();
  private final SessionProgressUpdateDecoder sessionProgressUpdate =
      new SessionProgressUpdateDecoder();
  private final CrossDomainCoordinationDecoder crossDomainCoordination =
      new CrossDomainCoordinationDecoder();
  private final PostprocessingProgressDecoder postprocessingProgress =
      new PostprocessingProgressDecoder();
  private final PostprocessingCompletedDecoder postprocessingCompleted =
      new PostprocessingCompletedDecoder();

  StateEnvelope deviceCapabilityDiscovered(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, DeviceCapabilityDiscoveredDecoder.BLOCK_LENGTH);
    deviceCapabilityDiscovered.wrap(frame, body, header.blockLength(), header.version());
    var scores =
        new DeviceCapabilityDiscovered.CapabilityScores(
            deviceCapabilityDiscovered.inferencePerformance(),
            deviceCapabilityDiscovered.memoryEfficiency());
    List<String> names = new ArrayList<>();
    var group = deviceCapabilityDiscovered.newCapabilities();
    GroupDecoders.requireEntries(group.count());
    while (group.hasNext()) {
      names.add(group.next().name());
    }
    return new StateEnvelope(
        deviceCapabilityDiscovered.epoch(),
        deviceCapabilityDiscovered.sequence(),
        deviceCapabilityDiscovered.correlationId(),
        deviceCapabilityDiscovered.stateVersion(),
        WireTimes.instant(deviceCapabilityDiscovered.atNs()),
        new DeviceCapabilityDiscovered(deviceCapabilityDiscovered.deviceId(), names, scores));
  }

  StateEnvelope memoryAllocationRequest(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, MemoryAllocationRequestDecoder.BLOCK_LENGTH);
    memoryAllocationRequest.wrap(frame, body, header.blockLength(), header.version());
    StatePriority priority = WireCodes.priority(memoryAllocationRequest.priorityRaw());
    Duration duration = Duration.ofNanos(memoryAllocationRequest.estimatedDurationNs());
    String requestId = memoryAllocationRequest.requestId();
    String purpose = memoryAllocationRequest.allocationPurpose();
    return new StateEnvelope(
        memoryAllocationRequest.epoch(),
        memoryAllocationRequest.sequence(),
        memoryAllocationRequest.correlationId(),
        memoryAllocationRequest.stateVersion(),
        WireTimes.instant(memoryAllocationRequest.atNs()),
        new MemoryAllocationRequest(
            requestId, memoryAllocationRequest.requestedBytes(), purpose, priority, duration));
  }

  StateEnvelope modelRuntimeUpdate(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, ModelRuntimeUpdateDecoder.BLOCK_LENGTH);
    modelRuntimeUpdate.wrap(frame, body, header.blockLength(), header.version());
    String modelId = modelRuntimeUpdate.modelId();
    var metrics =
        new ModelRuntimeUpdate.RuntimeMetrics(
            modelRuntimeUpdate.inferenceReady() != 0,
            modelRuntimeUpdate.warmupCompleted() != 0,
            modelRuntimeUpdate.optimizationLevel(),
            Duration.ofNanos(modelRuntimeUpdate.averageInferenceTimeNs()));
    return new StateEnvelope(
        modelRuntimeUpdate.epoch(),
        modelRuntimeUpdate.sequence(),
        modelRuntimeUpdate.correlationId(),
        modelRuntimeUpdate.stateVersion(),
        WireTimes.instant(modelRuntimeUpdate.atNs()),
        new ModelRuntimeUpdate(modelId, metrics, modelRuntimeUpdate.memoryFootprint()));
  }

  StateEnvelope sessionProgressUpdate(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, SessionProgressUpdateDecoder.BLOCK_LENGTH);
    sessionProgressUpdate.wrap(frame, body, header.blockLength(), header.version());
    var progress =
        new SessionProgressUpdate.ProgressMetrics(
            Math.toIntExact(sessionProgressUpdate.operationsCompleted()),
            Math.toIntExact(sessionProgressUpdate.operationsRemaining()),
            WireTimes.instant(
                sessionProgressUpdate.estimatedCompletionNs(),
                SessionProgressUpdateDecoder.estimatedCompletionNsNullValue()));
    var usage =
        new SessionProgressUpdate.ResourceUsage(
            sessionProgressUpdate.memoryUsed(), sessionProgressUpdate.gpuUtilization());
    String sessionId = sessionProgressUpdate.sessionId();
    return new StateEnvelope(
        sessionProgressUpdate.epoch(),
        sessionProgressUpdate.sequence(),
        sessionProgressUpdate.correlationId(),
        sessionProgressUpdate.stateVersion(),
        WireTimes.instant(sessionProgressUpdate.atNs()),
        new SessionProgressUpdate(
            sessionId, progress, sessionProgressUpdate.currentOperation(), usage));
  }

  StateEnvelope crossDomainCoordination(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, CrossDomainCoordinationDecoder.BLOCK_LENGTH);
    crossDomainCoordination.wrap(frame, body, header.blockLength(), header.version());
    long memory = crossDomainCoordination.requiresMemoryAllocation();
    StatePriority priority = WireCodes.priority(crossDomainCoordination.coordinationPriorityRaw());
    List<String> operations = new ArrayList<>();
    var group = crossDomainCoordination.dependentOperations();
    GroupDecoders.requireEntries(group.count());
    while (group.hasNext()) {
      operations.add(group.next().name());
    }
    String sessionId = crossDomainCoordination.sessionId();
    String model = crossDomainCoordination.requiresModelLoading();
    var request =
        new CrossDomainCoordination.CoordinationRequest(
            model.isEmpty() ? Optional.empty() : Optional.of(model),
            memory == CrossDomainCoordinationDecoder.requiresMemoryAllocationNullValue()
                ? OptionalLong.empty()
                : OptionalLong.of(memory),
            priority);
    return new StateEnvelope(
        crossDomainCoordination.epoch(),
        crossDomainCoordination.sequence(),
        crossDomainCoordination.correlationId(),
        crossDomainCoordination.stateVersion(),
        WireTimes.instant(crossDomainCoordination.atNs()),
        new CrossDomainCoordination(sessionId, request, operations));
  }

  StateEnvelope postprocessingProgress(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, PostprocessingProgressDecoder.BLOCK_LENGTH);
    postprocessingProgress.wrap(frame, body, header.blockLength(), header.version());
    String requestId = postprocessingProgress.requestId();
    double score = postprocessingProgress.upscalingQualityScore();
    var quality =
        new PostprocessingProgress.QualityMetrics(
            Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score),
            Duration.ofNanos(postprocessingProgress.processingTimeNs()));
    var progress =
        new PostprocessingProgress.PipelineProgress(
            postprocessingProgress.currentOperation(),
            Math.toIntExact(postprocessingProgress.operationsCompleted()),
            Math.toIntExact(postprocessingProgress.totalOperations()),
            postprocessingProgress.currentOperationProgress());
    return new StateEnvelope(
        postprocessingProgress.epoch(),
        postprocessingProgress.sequence(),
        postprocessingProgress.correlationId(),
        postprocessingProgress.stateVersion(),
        WireTimes.instant(postprocessingProgress.atNs()),
        new PostprocessingProgress(requestId, progress, quality));
  }

  StateEnvelope postprocessingCompleted(DirectBuffer frame, MessageHeaderDecoder header) {
    int body = SimpleDecoders.body(header, PostprocessingCompletedDecoder.BLOCK_LENGTH);
    postprocessingCompleted.wrap(frame, body, header.blockLength(), header.version());
    var quality =
        new PostprocessingCompleted.QualityAssessment(
            postprocessingCompleted.technicalQuality(),
            postprocessingCompleted.visualQuality(),
            postprocessingCompleted.enhancementEffectiveness());
    var metadata =
        new PostprocessingCompleted.ProcessingMetadata(
            Duration.ofNanos(postprocessingCompleted.totalProcessingTimeNs()),
            postprocessingCompleted.resourceUsagePeak());
    List<String> flagged = new ArrayList<>();
    var group = postprocessingCompleted.flaggedContent();
    GroupDecoders.requireEntries(group.count());
    while (group.hasNext()) {
      flagged.add(group.next().text());
    }
    var safety =
        new PostprocessingCompleted.SafetyAnalysis(
            postprocessingCompleted.contentSafetyScore(),
            WireCodes.safety(postprocessingCompleted.safetyClassificationRaw()),
            flagged);
    String requestId = postprocessingCompleted.requestId();
    return new StateEnvelope(
        postprocessingCompleted.epoch(),
        postprocessingCompleted.sequence(),
        postprocessingCompleted.correlationId(),
        postprocessingCompleted.stateVersion(),
        WireTimes.instant(postprocessingCompleted.atNs()),
        new PostprocessingCompleted(
            requestId,
            new PostprocessingCompleted.FinalResults(safety, quality),
            postprocessingCompleted.outputLocation(),
            metadata));
  }
}
