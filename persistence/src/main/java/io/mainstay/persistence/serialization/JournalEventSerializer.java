package io.mainstay.persistence.serialization;

import akka.serialization.SerializerWithStringManifest;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;

/**
 * Akka's way to {@link JournalJson}: events and snapshots as plain JSON under stable manifests,
 * with a checksum. Bound to {@link JournalEvent} in the node's configuration.
 */
public final class JournalEventSerializer extends SerializerWithStringManifest {
  /** Stands in every row; never to be changed. */
  public static final int IDENTIFIER = 182_001;

  private final JournalJson json = new JournalJson(EventManifests.current());

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return json.manifest(value);
  }

  @Override
  public byte[] toBinary(Object value) {
    try {
      return RowSeal.close(json.encode(value));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + value.getClass().getName(), e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return json.decode(RowSeal.open(bytes), manifest);
    } catch (IOException e) {
      NotSerializableException failure = new NotSerializableException(e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }
}
