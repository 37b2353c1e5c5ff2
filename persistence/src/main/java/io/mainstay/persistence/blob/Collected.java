package io.mainstay.persistence.blob;

/** What a garbage collection removed. */
public record Collected(int blobs, int uploads, long bytes) {}
