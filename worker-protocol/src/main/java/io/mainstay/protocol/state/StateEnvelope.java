package io.mainstay.protocol.state;

import java.time.Instant;

/**
 * A state message on its way, with what a receiver needs to tell a new one from a late, duplicate
 * or replayed one. A receiver applies it only if epoch is its own, sequence is above every one it
 * took from this sender, and version is above the one it holds for the same field.
 *
 * @param epoch incarnation of the worker that sends or receives it
 * @param sequence grows by one with each message of one direction in an epoch, from 1
 * @param correlationId of the answer; in the host's own numbering for its messages, 0 for a
 *     worker's unless it answers a request
 * @param version of the state told, chosen by its owner; grows with each change
 * @param at when the owner told it
 * @param message what it told
 */
public record StateEnvelope(
    long epoch,
    long sequence,
    long correlationId,
    long version,
    Instant at,
    StateMessage message) {}
