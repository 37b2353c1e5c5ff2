package io.mainstay.client;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How long a client waits; read from {@code mainstay.client}.
 *
 * @param probeTimeout of the TCP connect before anything else
 * @param firstAskTimeout of each try of the first request, which also sets up the association
 * @param connectTimeout of all those tries together
 * @param askTimeout of every later request
 * @param pollInterval between two looks at a session that is waited for
 * @param journalPage most journal entries in one request
 * @param inputsMax most inputs of one submission
 */
public record ClientSettings(
    Duration probeTimeout,
    Duration firstAskTimeout,
    Duration connectTimeout,
    Duration askTimeout,
    Duration pollInterval,
    int journalPage,
    int inputsMax) {
  public ClientSettings {
    positive("probe-timeout", probeTimeout);
    positive("first-ask-timeout", firstAskTimeout);
    positive("connect-timeout", connectTimeout);
    positive("ask-timeout", askTimeout);
    positive("poll-interval", pollInterval);
    if (connectTimeout.compareTo(firstAskTimeout) < 0) {
      throw new IllegalArgumentException(
          "mainstay.client.connect-timeout is "
              + connectTimeout
              + "; it must not be below first-ask-timeout, "
              + firstAskTimeout);
    }
    if (journalPage < 1 || journalPage > 500) {
      throw new IllegalArgumentException(
          "mainstay.client.journal-page is " + journalPage + "; it must be from 1 to 500");
    }
    if (inputsMax < 1 || inputsMax > 500) {
      throw new IllegalArgumentException(
          "mainstay.client.inputs-max is " + inputsMax + "; it must be from 1 to 500");
    }
  }

  static ClientSettings from(Config root) {
    Config config = root.getConfig("mainstay.client");
    return new ClientSettings(
        config.getDuration("probe-timeout"),
        config.getDuration("first-ask-timeout"),
        config.getDuration("connect-timeout"),
        config.getDuration("ask-timeout"),
        config.getDuration("poll-interval"),
        config.getInt("journal-page"),
        config.getInt("inputs-max"));
  }

  private static void positive(String key, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "mainstay.client." + key + " is " + value + "; it must be longer than zero");
    }
  }
}
