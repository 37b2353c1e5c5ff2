package io.mainstay.protocol;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * A failure that a worker reported, or that its connection reports on its behalf.
 *
 * @param code what went wrong
 * @param blame whose fault it is
 * @param retryable whether the same request can succeed on the same worker right now
 * @param message cause and values, one line, for people
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "health_monitoring",
    fields = "hardware-errors")
@Owned(side = Side.WORKER, domain = StateDomain.PROCESSING, group = "operations", fields = "errors")
public record WorkerFault(
    WorkerFaultCode code, WorkerBlame blame, boolean retryable, String message) {}
