package io.mainstay.actors.device.worker;

import io.mainstay.protocol.WorkerState;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * A worker's answer to one ping, written by its I/O thread also while it computes.
 *
 * @param sequence of the ping answered
 * @param sentNs {@link System#nanoTime()} when that ping was sent
 * @param receivedNs {@link System#nanoTime()} when the answer was decoded
 * @param progress advanced by the compute loop alone: liveness is not progress
 * @param activeCorrelationId the request being computed, 0 for none
 * @param activeNs for how long it has been computed
 * @param queueDepth requests taken and not answered
 * @param state what the compute side does
 * @param droppedFrames frames of another epoch and of unknown templates the worker skipped
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "hardware_interface",
    fields = "performance-metrics")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.PROCESSING,
    group = "execution",
    fields = "distribution",
    note = "how much each worker has queued")
@Owned(side = Side.WORKER, domain = StateDomain.INFERENCE, group = "context", fields = "queue")
public record PongReport(
    long sequence,
    long sentNs,
    long receivedNs,
    long progress,
    long activeCorrelationId,
    long activeNs,
    int queueDepth,
    WorkerState state,
    long droppedFrames) {}
