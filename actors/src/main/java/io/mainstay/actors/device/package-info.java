/**
 * The device domain: which devices there are, one worker slot (and standby) for each, heartbeats,
 * restart budgets. Entry: {@code DeviceSupervisor}. Others learn of workers through {@link
 * io.mainstay.actors.device.DeviceSignal}.
 */
package io.mainstay.actors.device;
