package io.mainstay.protocol.state;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/**
 * Worker to orchestrator: a load does not fit the limit in force, or what is loaded has grown. The
 * answer is what was allocated (SystemMemoryAllocated, its id ending with a slash and the
 * request's), for a load a MemoryPolicyUpdate with a higher limit too, or a refusal of this
 * message's correlation id.
 *
 * @param requestId chosen by the worker, unique in its epoch; told again it replaces what was asked
 * @param requestedBytes in all, over what loads were given; 0 gives it back
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
