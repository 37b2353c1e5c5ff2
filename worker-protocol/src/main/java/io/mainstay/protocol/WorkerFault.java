package io.mainstay.protocol;

/**
 * A failure that a worker reported, or that its connection reports on its behalf.
 *
 * @param code what went wrong
 * @param blame whose fault it is
 * @param retryable whether the same request can succeed on the same worker right now
 * @param message cause and values, one line, for people
 */
public record WorkerFault(
    WorkerFaultCode code, WorkerBlame blame, boolean retryable, String message) {}
