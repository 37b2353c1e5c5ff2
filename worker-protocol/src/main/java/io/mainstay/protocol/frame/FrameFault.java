package io.mainstay.protocol.frame;

/**
 * The bytes are not the frames that the protocol allows. Ends the connection: after it, nothing in
 * the stream can be trusted.
 */
public final class FrameFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What was wrong. */
  public enum Kind {
    /** The encoding type of a header is not 0xEB50. */
    GARBLED,
    /** A length that cannot hold both headers. */
    TOO_SHORT,
    /** A length above the limit of this connection. */
    TOO_LONG,
    /** The stream ended inside a frame. */
    TRUNCATED,
    /** A whole frame whose contents do not fit its own lengths or the schema. */
    UNDECODABLE
  }

  private final Kind kind;
  private final long offset;

  public FrameFault(Kind kind, long offset, String what) {
    super(what + " (frame at byte " + offset + " of the stream)");
    this.kind = kind;
    this.offset = offset;
  }

  public FrameFault(Kind kind, long offset, String what, Throwable cause) {
    this(kind, offset, what);
    initCause(cause);
  }

  /** What was wrong. */
  public Kind kind() {
    return kind;
  }

  /** Offset in the stream at which the frame begins that is at fault, in bytes from 0. */
  public long offset() {
    return offset;
  }
}
