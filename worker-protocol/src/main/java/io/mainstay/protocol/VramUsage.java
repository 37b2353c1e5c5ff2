package io.mainstay.protocol;

/**
 * Memory of a device as its worker sees it.
 *
 * @param totalBytes the budget; physical memory when there is none
 * @param usedBytes resident memory of the worker on a CPU device
 * @param availableBytes what is left of the total
 * @param fragmentation free bytes inside the allocator over the bytes it holds, 0 to 1
 * @param pressure level of use
 * @param cleanupRecommended true from pressure high
 */
public record VramUsage(
    long totalBytes,
    long usedBytes,
    long availableBytes,
    float fragmentation,
    PressureLevel pressure,
    boolean cleanupRecommended) {}
