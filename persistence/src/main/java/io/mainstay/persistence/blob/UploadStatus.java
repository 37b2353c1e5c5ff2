package io.mainstay.persistence.blob;

/**
 * How far an upload is.
 *
 * @param nextChunk index of the chunk to send next
 * @param bytes received so far
 */
public record UploadStatus(String uploadId, int nextChunk, long bytes) {}
