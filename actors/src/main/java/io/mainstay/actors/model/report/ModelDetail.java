package io.mainstay.actors.model.report;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.persistence.serialization.WireMessage;
import java.time.Instant;
import java.util.List;

/**
 * Everything about one model.
 *
 * @param model as in the list
 * @param precision of its weights, or empty
 * @param capabilities as its manifest says
 * @param components in loading order; none if it is broken
 * @param residences devices that hold it, will, or could not load it
 * @param holders names of who uses it now
 * @param dependents templates and models that count on it, used now or not
 * @param lastUsed null if nobody did since the node started
 * @param versions the one that is served first, then one that waits for its references to end
 * @param alternatives what may stand in for it
 */
public record ModelDetail(
    ModelView model,
    String precision,
    List<String> capabilities,
    List<ComponentView> components,
    List<ResidenceView> residences,
    List<String> holders,
    List<String> dependents,
    Instant lastUsed,
    List<VersionView> versions,
    Alternatives alternatives)
    implements WireMessage {
  public ModelDetail {
    capabilities = List.copyOf(capabilities);
    components = List.copyOf(components);
    residences = List.copyOf(residences);
    holders = List.copyOf(holders);
    dependents = List.copyOf(dependents);
    versions = List.copyOf(versions);
  }

  /**
   * One file that a worker loads.
   *
   * @param state loaded, loading, "read ahead" (into the page cache, from which the kernel may
   *     evict it) or stored
   * @param opset version of its operators; 0 if it uses no standard ones
   */
  public record ComponentView(
      String name, String file, long bytes, String sha256, long opset, String state) {}

  /**
   * The model on a device.
   *
   * @param state loading, loaded, recovering or failed
   * @param detail how far the load is, or why it failed; else empty
   */
  public record ResidenceView(String deviceId, String state, String detail) {}

  /**
   * One version.
   *
   * @param state serving or waiting
   */
  public record VersionView(String version, String sha256, String state) {}
}
