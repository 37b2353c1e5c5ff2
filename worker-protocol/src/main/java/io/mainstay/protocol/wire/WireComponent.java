package io.mainstay.protocol.wire;

/**
 * One file of a model to load.
 *
 * @param name such as {@code model}
 * @param path absolute path of the file
 * @param sha256 expected SHA-256 of the file, 64 hex digits
 * @param bytes expected size
 * @param preOptimized whether the file is an optimized copy
 * @param optimizedPath where to write an optimized copy; empty for nowhere
 */
public record WireComponent(
    String name,
    String path,
    String sha256,
    long bytes,
    boolean preOptimized,
    String optimizedPath) {}
