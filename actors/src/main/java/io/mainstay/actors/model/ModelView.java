package io.mainstay.actors.model;

import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * A model as users see it.
 *
 * @param state available, loading, loaded, or broken
 * @param devices that hold it
 * @param problem why it is broken, with remedy, or empty
 */
public record ModelView(
    String id,
    String version,
    String kind,
    String state,
    List<String> devices,
    long bytes,
    long memoryBytes,
    boolean batchInvariant,
    String sha256,
    String licence,
    String origin,
    String problem)
    implements WireMessage {
  public ModelView {
    devices = List.copyOf(devices);
  }
}
