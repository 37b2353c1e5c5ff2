package io.mainstay.protocol.wire;

import io.mainstay.protocol.codec.DeviceConfigUpdateEncoder;
import io.mainstay.protocol.codec.DeviceRoutingUpdateEncoder;
import io.mainstay.protocol.codec.EnforcementAction;
import io.mainstay.protocol.codec.InferenceOrchestrationEncoder;
import io.mainstay.protocol.codec.MemoryAllocationPolicy;
import io.mainstay.protocol.codec.MemoryPolicyUpdateEncoder;
import io.mainstay.protocol.codec.MessageHeaderEncoder;
import io.mainstay.protocol.codec.ModelCacheUpdateEncoder;
import io.mainstay.protocol.codec.OptimizationProfile;
import io.mainstay.protocol.codec.OptimizationStrategy;
import io.mainstay.protocol.codec.OutputFormat;
import io.mainstay.protocol.codec.OutputQuality;
import io.mainstay.protocol.codec.PostprocessingRequestEncoder;
import io.mainstay.protocol.codec.ProcessingSessionCreatedEncoder;
import io.mainstay.protocol.codec.SafetyPolicyUpdateEncoder;
import io.mainstay.protocol.codec.SessionCommand;
import io.mainstay.protocol.codec.SessionControlCommandEncoder;
import io.mainstay.protocol.codec.StatePriority;
import io.mainstay.protocol.codec.Strictness;
import io.mainstay.protocol.codec.SystemMemoryAllocatedEncoder;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceRoutingUpdate;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/** Encoders of the orchestrator's state messages, each made once and reused. */
final class StateEncoders {
  private final long epoch;
  private final MessageHeaderEncoder header = new MessageHeaderEncoder();
  private final DeviceConfigUpdateEncoder deviceConfigUpdate = new DeviceConfigUpdateEncoder();
  private final DeviceRoutingUpdateEncoder deviceRoutingUpdate = new DeviceRoutingUpdateEncoder();
  private final SystemMemoryAllocatedEncoder systemMemoryAllocated =
      new SystemMemoryAllocatedEncoder();
  private final MemoryPolicyUpdateEncoder memoryPolicyUpdate = new MemoryPolicyUpdateEncoder();
  private final ModelCacheUpdateEncoder modelCacheUpdate = new ModelCacheUpdateEncoder();
  private final ProcessingSessionCreatedEncoder processingSessionCreated =
      new ProcessingSessionCreatedEncoder();
  private final SessionControlCommandEncoder sessionControlCommand =
      new SessionControlCommandEncoder();
  private final InferenceOrchestrationEncoder inferenceOrchestration =
      new InferenceOrchestrationEncoder();
  private final PostprocessingRequestEncoder postprocessingRequest =
      new PostprocessingRequestEncoder();
  private final SafetyPolicyUpdateEncoder safetyPolicyUpdate = new SafetyPolicyUpdateEncoder();

  StateEncoders(long epoch) {
    this.epoch = epoch;
  }

  /**
   * Encodes the message under the envelope's numbers and this worker's epoch; answers its length.
   *
   * @throws IllegalArgumentException if it is a worker's message, or travels as a request
   */
  int encode(MutableDirectBuffer buffer, int offset, StateEnvelope told) {
    StateMessage message = told.message();
    if (message instanceof DeviceConfigUpdate m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof DeviceRoutingUpdate m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof SystemMemoryAllocated m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof MemoryPolicyUpdate m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof ModelCacheUpdate m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof ProcessingSessionCreated m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof SessionControlCommand m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof InferenceOrchestration m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof PostprocessingRequest m) {
      return encode(buffer, offset, told, m);
    }
    if (message instanceof SafetyPolicyUpdate m) {
      return encode(buffer, offset, told, m);
    }
    throw new IllegalArgumentException(
        message.getClass().getSimpleName()
            + " is not published to a worker: it travels as a request, or a worker says it");
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, DeviceConfigUpdate m) {
    deviceConfigUpdate
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .optimizationProfile(
            m.changes()
                .optimizationProfile()
                .map(p -> OptimizationProfile.get((short) p.ordinal()))
                .orElse(OptimizationProfile.NULL_VAL))
        .powerLimit(
            m.changes().powerLimit().isPresent()
                ? m.changes().powerLimit().getAsInt()
                : DeviceConfigUpdateEncoder.powerLimitNullValue())
        .memoryAllocationPolicy(
            m.changes()
                .memoryAllocationPolicy()
                .map(p -> MemoryAllocationPolicy.get((short) p.ordinal()))
                .orElse(MemoryAllocationPolicy.NULL_VAL))
        .propagationPriority(priority(m.propagationPriority()))
        .requiresConfirmation(flag(m.requiresConfirmation()))
        .deviceId(m.deviceId());
    return deviceConfigUpdate.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, DeviceRoutingUpdate m) {
    deviceRoutingUpdate
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .effectiveImmediately(flag(m.effectiveImmediately()))
        .inferencePrimary(m.routingTable().inferencePrimary())
        .inferenceSecondary(m.routingTable().inferenceSecondary())
        .postprocessing(m.routingTable().postprocessing());
    return deviceRoutingUpdate.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, SystemMemoryAllocated m) {
    systemMemoryAllocated
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .allocatedBytes(m.allocatedBytes())
        .availableAfterAllocation(m.availableAfterAllocation())
        .allocationId(m.allocationId())
        .allocationPurpose(m.allocationPurpose())
        .memoryPool(m.memoryPool());
    return systemMemoryAllocated.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, MemoryPolicyUpdate m) {
    MemoryPolicyUpdate.PolicyChanges changes = m.policyChanges();
    memoryPolicyUpdate
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .maxModelCacheSize(
            changes
                .maxModelCacheSize()
                .orElse(MemoryPolicyUpdateEncoder.maxModelCacheSizeNullValue()))
        .vramReservationLimit(
            changes
                .vramReservationLimit()
                .orElse(MemoryPolicyUpdateEncoder.vramReservationLimitNullValue()))
        .emergencyCleanupThreshold(
            changes
                .emergencyCleanupThreshold()
                .orElse(MemoryPolicyUpdateEncoder.emergencyCleanupThresholdNullValue()))
        .effectiveImmediately(flag(m.effectiveImmediately()));
    MemoryPolicyUpdateEncoder.AppliesToEncoder group =
        memoryPolicyUpdate.appliesToCount(m.appliesTo().size());
    m.appliesTo().forEach(name -> group.next().name(name));
    return memoryPolicyUpdate.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, ModelCacheUpdate m) {
    modelCacheUpdate
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .cacheUtilization(m.cacheChanges().cacheUtilization())
        .cacheOptimizationPerformed(flag(m.cacheOptimizationPerformed()))
        .availableModels(m.availableModels());
    ModelCacheUpdateEncoder.AddedEncoder added =
        modelCacheUpdate.addedCount(m.cacheChanges().added().size());
    m.cacheChanges().added().forEach(id -> added.next().modelId(id));
    ModelCacheUpdateEncoder.RemovedEncoder removed =
        modelCacheUpdate.removedCount(m.cacheChanges().removed().size());
    m.cacheChanges().removed().forEach(id -> removed.next().modelId(id));
    return modelCacheUpdate.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, ProcessingSessionCreated m) {
    processingSessionCreated
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .sessionKey(WireKey.of(m.sessionId()))
        .priority(priority(m.resourceAllocation().priority()))
        .maxMemory(m.resourceAllocation().maxMemory())
        .expectedOperations(m.expectedOperations())
        .operationTimeoutNs(m.timeoutSettings().operationTimeout().toNanos())
        .sessionTimeoutNs(m.timeoutSettings().sessionTimeout().toNanos());
    List<String> devices = m.resourceAllocation().gpuAllocation();
    ProcessingSessionCreatedEncoder.GpuAllocationEncoder group =
        processingSessionCreated.gpuAllocationCount(devices.size());
    devices.forEach(id -> group.next().deviceId(id));
    processingSessionCreated.sessionId(m.sessionId()).workflowTemplate(m.workflowTemplate());
    return processingSessionCreated.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, SessionControlCommand m) {
    sessionControlCommand
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .command(SessionCommand.get((short) m.command().ordinal()))
        .sessionId(m.sessionId())
        .reason(m.reason())
        .resumeCondition(m.resumeCondition());
    return sessionControlCommand.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, InferenceOrchestration m) {
    inferenceOrchestration
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .batchSize(m.batchConfiguration().batchSize())
        .parallelExecution(flag(m.batchConfiguration().parallelExecution()))
        .optimizationStrategy(
            OptimizationStrategy.get(
                (short) m.batchConfiguration().optimizationStrategy().ordinal()))
        .vramLimit(m.resourceAllocation().vramLimit())
        .processingPriority(priority(m.resourceAllocation().processingPriority()))
        .batchId(m.batchId());
    return inferenceOrchestration.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, PostprocessingRequest m) {
    postprocessingRequest
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .format(OutputFormat.get((short) m.outputRequirements().format().ordinal()))
        .quality(OutputQuality.get((short) m.outputRequirements().quality().ordinal()))
        .metadataPreservation(flag(m.outputRequirements().metadataPreservation()));
    PostprocessingRequestEncoder.PostprocessingPipelineEncoder group =
        postprocessingRequest.postprocessingPipelineCount(m.postprocessingPipeline().size());
    for (PostprocessingRequest.PipelineStep step : m.postprocessingPipeline()) {
      group
          .next()
          .strictness(
              step.strictness()
                  .map(s -> Strictness.get((short) s.ordinal()))
                  .orElse(Strictness.NULL_VAL))
          .operation(step.operation())
          .model(step.model())
          .targetResolution(step.targetResolution().orElse(""));
    }
    postprocessingRequest.requestId(m.requestId()).sourceInferenceId(m.sourceInferenceId());
    return postprocessingRequest.encodedLength();
  }

  private int encode(
      MutableDirectBuffer buffer, int offset, StateEnvelope told, SafetyPolicyUpdate m) {
    safetyPolicyUpdate
        .wrapAndApplyHeader(buffer, offset, header)
        .epoch(epoch)
        .correlationId(told.correlationId())
        .sequence(told.sequence())
        .stateVersion(told.version())
        .atNs(WireTimes.nanos(told.at()))
        .contentSafetyMinimum(m.safetyThresholds().contentSafetyMinimum())
        .qualityMinimum(m.safetyThresholds().qualityMinimum())
        .technicalCompliance(
            Strictness.get((short) m.safetyThresholds().technicalCompliance().ordinal()))
        .belowSafetyThreshold(
            EnforcementAction.get((short) m.enforcementActions().belowSafetyThreshold().ordinal()))
        .belowQualityThreshold(
            EnforcementAction.get((short) m.enforcementActions().belowQualityThreshold().ordinal()))
        .policyVersion(m.policyVersion());
    return safetyPolicyUpdate.encodedLength();
  }

  private static StatePriority priority(io.mainstay.protocol.state.StatePriority priority) {
    return StatePriority.get((short) priority.ordinal());
  }

  private static short flag(boolean value) {
    return (short) (value ? 1 : 0);
  }
}
