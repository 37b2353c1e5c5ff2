package io.mainstay.protocol.state;

/**
 * Orchestrator to worker: host memory was allocated.
 *
 * @param allocationId the allocation
 * @param allocatedBytes bytes
 * @param allocationPurpose such as model_cache
 * @param memoryPool such as system_ram
 * @param availableAfterAllocation bytes left in the pool
 */
public record SystemMemoryAllocated(
    String allocationId,
    long allocatedBytes,
    String allocationPurpose,
    String memoryPool,
    long availableAfterAllocation)
    implements StateMessage {}
