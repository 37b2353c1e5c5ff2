package io.mainstay.persistence.session;

/**
 * Bytes in the blob store.
 *
 * @param name for people, such as the file's name
 * @param sha256 lower-case hex
 * @param bytes size
 */
public record BlobRef(String name, String sha256, long bytes) {}
