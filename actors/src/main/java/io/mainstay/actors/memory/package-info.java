/**
 * The memory domain: one ledger of reservations for each device and one for the host; refuses what
 * does not fit. Entry: {@code MemorySupervisor}.
 */
package io.mainstay.actors.memory;
