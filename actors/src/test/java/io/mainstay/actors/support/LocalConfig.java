package io.mainstay.actors.support;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** The settings of a node without a cluster, for tests of one actor. */
public final class LocalConfig {
  private LocalConfig() {}

  /**
   * Those settings.
   *
   * @param first what counts before them
   */
  public static Config with(Config first) {
    return first
        .withFallback(ConfigFactory.parseString("akka.actor.provider = local"))
        .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }
}
