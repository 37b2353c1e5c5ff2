package io.mainstay.protocol.state;

/**
 * One of the 24 messages that keep orchestrator and worker agreed on who knows what: sizes in
 * bytes, shares from 0 to 1 unless a percentage is said. Named and shaped as the state protocol
 * names them; {@link StateEnvelope} carries version and order.
 */
public sealed interface StateMessage
    permits DeviceConfigUpdate,
        DeviceRoutingUpdate,
        DeviceHealthUpdate,
        DeviceCapabilityDiscovered,
        SystemMemoryAllocated,
        MemoryPolicyUpdate,
        VramUsageUpdate,
        MemoryAllocationRequest,
        ModelLoadRequest,
        ModelCacheUpdate,
        ModelLoadingProgress,
        ModelRuntimeUpdate,
        ProcessingSessionCreated,
        SessionControlCommand,
        SessionProgressUpdate,
        CrossDomainCoordination,
        InferenceRequest,
        InferenceOrchestration,
        InferenceProgress,
        InferenceCompleted,
        PostprocessingRequest,
        SafetyPolicyUpdate,
        PostprocessingProgress,
        PostprocessingCompleted {}
