package io.mainstay.protocol.state;

/** Why a state message was refused. */
public enum StateRefusal {
  /** A later sequence was taken already: late, duplicate or replayed. */
  STALE_SEQUENCE,
  /** A later version of the same state is in force. */
  STALE_VERSION,
  /** Meant for another incarnation. */
  WRONG_EPOCH,
  /** Values out of bounds. */
  INVALID,
  /** This device or backend cannot do it. */
  UNSUPPORTED,
  /** Meant for other devices. */
  NOT_CONCERNED,
  /** The session is not known here. */
  UNKNOWN_SESSION,
  /** One more does not fit the receiver's table, or the request does not fit the limit. */
  LIMIT_REACHED,
  /** A frame that decodes but makes no sense. */
  MALFORMED
}
