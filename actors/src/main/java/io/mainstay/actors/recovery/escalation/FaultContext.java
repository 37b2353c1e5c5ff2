package io.mainstay.actors.recovery.escalation;

/**
 * What surrounds a fault.
 *
 * @param devicesServing devices that serve now
 * @param devices devices of the node
 * @param repeats how often the same error was raised at the same place within the repeat window,
 *     this one included
 * @param degraded whether a degradation mode holds
 */
public record FaultContext(int devicesServing, int devices, int repeats, boolean degraded) {}
