package io.mainstay.protocol;

/**
 * Health of a device, told by its worker every second.
 *
 * @param temperatureCelsius NaN where the device has no sensor
 * @param utilizationPercent share of the last second that compute threads worked, 0 to 100
 * @param memoryUsage used over budget, 0 to 1
 * @param errorCount faults of blame worker or device since the worker's hello
 */
public record DeviceHealth(
    float temperatureCelsius, float utilizationPercent, float memoryUsage, long errorCount) {}
