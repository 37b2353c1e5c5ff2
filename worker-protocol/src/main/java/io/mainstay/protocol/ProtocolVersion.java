package io.mainstay.protocol;

import io.mainstay.protocol.codec.MessageHeaderDecoder;

/** The version of the worker protocol that this host speaks, from the schema. */
public final class ProtocolVersion {
  /** Another major version is refused. */
  public static final int MAJOR = MessageHeaderDecoder.SCHEMA_ID;

  /** A newer minor version interoperates. */
  public static final int MINOR = MessageHeaderDecoder.SCHEMA_VERSION;

  private ProtocolVersion() {}
}
