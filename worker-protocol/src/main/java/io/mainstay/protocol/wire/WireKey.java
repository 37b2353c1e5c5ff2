package io.mainstay.protocol.wire;

import java.nio.charset.StandardCharsets;

/** A fixed-size stand-in for the id of a session or transaction: FNV-1a over its UTF-8 bytes. */
public final class WireKey {
  /** Of no session or transaction. */
  public static final long NONE = 0;

  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private WireKey() {}

  /** The key of an id; {@link #NONE} of the empty one alone. */
  public static long of(String id) {
    if (id.isEmpty()) {
      return NONE;
    }
    long hash = OFFSET_BASIS;
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * PRIME;
    }
    return hash == NONE ? OFFSET_BASIS : hash;
  }
}
