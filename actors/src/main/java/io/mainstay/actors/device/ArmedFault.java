package io.mainstay.actors.device;

import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;

/**
 * A failure to be acted out by a worker; for drills and tests.
 *
 * @param argument nanoseconds for SLOW, else 0
 * @param marker when not empty, only an inference whose input holds these bytes fires it; never
 *     written to after construction
 */
record ArmedFault(InjectedFault fault, InjectionTrigger trigger, long argument, byte[] marker) {}
