package io.mainstay.persistence.blob;

/** A request that the blob store refuses; the message says why and what to do. */
public final class BlobRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BlobRefusedException(String message) {
    super(message);
  }
}
