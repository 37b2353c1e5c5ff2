package io.mainstay.protocol.state;

/** File format of a result. */
public enum OutputFormat {
  /** Portable network graphics. */
  PNG,
  /** JPEG. */
  JPEG,
  /** WebP. */
  WEBP
}
