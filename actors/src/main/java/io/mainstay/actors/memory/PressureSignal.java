package io.mainstay.actors.memory;

import io.mainstay.protocol.PressureLevel;

/**
 * The pressure on a memory changed. Node-local.
 *
 * @param memory device id, {@code host} for the host's ledger, {@code system} for the machine
 * @param before level until now
 * @param level from now on
 * @param usedFraction share in use, as sampled
 */
public record PressureSignal(
    String memory, PressureLevel before, PressureLevel level, double usedFraction) {}
