package io.mainstay.actors.node;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * The node itself.
 *
 * @param name part of the ids of everything that is journaled for this node; never changes
 * @param preload models that are loaded on every device before the node says that it is ready
 * @param readyTimeout a node that is not ready by then stops with what it was waiting for
 * @param discoveryPatience so long a node none of whose devices came up tries to recover them
 * @param drainTimeout a stopping node gives its workers this long to finish what they have
 * @param probeInterval between two probe writes while intake is paused
 * @param collectInterval between two collections of unneeded blobs
 * @param domainRestarts of all domains together, within {@code domainRestartsPeriod}
 */
public record NodeSettings(
    String name,
    List<String> preload,
    Duration readyTimeout,
    Duration discoveryPatience,
    Duration drainTimeout,
    int domainRestarts,
    Duration domainRestartsPeriod,
    Duration probeInterval,
    Duration collectInterval) {
  public NodeSettings {
    preload = List.copyOf(preload);
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "mainstay.node.name is '" + name + "'; 1 to 64 letters, digits, '-' and '_'");
    }
    if (readyTimeout.isNegative() || readyTimeout.isZero() || drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "mainstay.node: ready-timeout "
              + readyTimeout
              + " and drain-timeout "
              + drainTimeout
              + " must be positive");
    }
    if (discoveryPatience.isNegative() || discoveryPatience.isZero()) {
      throw new IllegalArgumentException(
          "mainstay.node.discovery-patience is " + discoveryPatience + "; it must be positive");
    }
    if (domainRestarts < 0) {
      throw new IllegalArgumentException(
          "mainstay.recovery.node-restarts is " + domainRestarts + "; at least 0");
    }
  }

  /** Reads {@code mainstay.node} and the node's part of {@code mainstay.recovery}. */
  public static NodeSettings of(Config config) {
    return new NodeSettings(
        config.getString("mainstay.node.name"),
        config.getStringList("mainstay.node.preload"),
        config.getDuration("mainstay.node.ready-timeout"),
        config.getDuration("mainstay.node.discovery-patience"),
        config.getDuration("mainstay.node.drain-timeout"),
        config.getInt("mainstay.recovery.node-restarts"),
        config.getDuration("mainstay.recovery.node-restarts-period"),
        config.getDuration("mainstay.recovery.intake.probe-interval"),
        config.getDuration("mainstay.node.collect-blobs-interval"));
  }
}
