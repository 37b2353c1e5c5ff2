package io.mainstay.actors.notification.delivery;

import java.util.List;

/**
 * One message: a single notification, or a digest of several.
 *
 * @param node that it comes from
 * @param parcels at least one
 */
public record Outgoing(String node, List<Parcel> parcels) {
  public Outgoing {
    parcels = List.copyOf(parcels);
  }

  /** True if several notifications share it. */
  public boolean digest() {
    return parcels.size() > 1;
  }

  /** The first of them: the most severe. */
  public Parcel first() {
    return parcels.get(0);
  }

  /** The same for the same content, so that a receiver can tell a second delivery. */
  public String messageId() {
    Parcel last = parcels.get(parcels.size() - 1);
    return first().notificationId()
        + "."
        + first().level()
        + (digest() ? "-" + last.notificationId() + "." + last.level() : "");
  }
}
