package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/**
 * Worker to orchestrator: a load does not fit the limit in force. The answer is a
 * MemoryPolicyUpdate with a higher limit, or a refusal of this message's correlation id.
 *
 * @param requestId chosen by the worker, unique in its epoch
 * @param requestedBytes bytes over what is free
 * @param allocationPurpose such as model_loading
 * @param priority rank
 * @param estimatedDuration for how long
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MEMORY,
    group = "ml_memory",
    fields = "load-requirements")
public record MemoryAllocationRequest(
    String requestId,
    long requestedBytes,
    String allocationPurpose,
    StatePriority priority,
    Duration estimatedDuration)
    implements StateMessage {}
