package io.mainstay.persistence.blob;

/** What a blob turned out to be when it was read and hashed again. */
public enum BlobCheck {
  /** All there, and its hash is right. */
  INTACT,
  /** There is no such blob. */
  MISSING,
  /** Its bytes are not those that were stored. */
  CORRUPT
}
