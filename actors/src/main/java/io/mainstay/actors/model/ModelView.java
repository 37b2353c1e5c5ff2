package io.mainstay.actors.model;

import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * A model as users see it.
 *
 * @param state available, loading, loaded, or broken
 * @param devices that hold it
 * @param problem why it is broken, with remedy, or empty
 * @param progress how far its loads are, a line for each device; empty if none runs
 * @param references who uses it now
 * @param readAheadBytes of its files that were read into the system's page cache and are kept
 *     mapped; the kernel may have evicted them since; 0 if none were
 * @param warnings mistakes of its manifest that do not keep it from being used
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
    String problem,
    List<String> progress,
    int references,
    long readAheadBytes,
    List<String> warnings)
    implements WireMessage {
  public ModelView {
    devices = List.copyOf(devices);
    progress = List.copyOf(progress);
    warnings = List.copyOf(warnings);
  }
}
