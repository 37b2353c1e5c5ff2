package io.mainstay.actors.device;

import io.mainstay.protocol.state.StateEnvelope;

/**
 * A worker told a piece of its state. Published on the actor system's event stream, which is where
 * those concerned subscribe; in the order of the worker's sequence numbers.
 *
 * @param deviceId of the worker
 * @param told with the worker's epoch
 */
public record WorkerStateTold(String deviceId, StateEnvelope told) {}
