package io.mainstay.actors.notification.delivery;

import com.typesafe.config.Config;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An address that notifications are posted to.
 *
 * @param url of https, or of http on this machine; a secret, for many such addresses contain one
 * @param key of the signature
 * @param trustedCertificates PEM file, or empty for Java's own
 */
public record WebhookSettings(Secret url, Secret key, String trustedCertificates) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.notifications.webhook";

  private static final int KEY_MIN = 16;

  public WebhookSettings {
    if (key == null || key.reveal().length() < KEY_MIN) {
      throw new IllegalArgumentException(
          PATH
              + ": the key of the signature needs "
              + KEY_MIN
              + " characters or more; name it with secret-file or secret-env");
    }
    URI address;
    try {
      address = URI.create(url.reveal());
    } catch (IllegalArgumentException wrong) {
      // Without its cause: that one quotes the address.
      throw new IllegalArgumentException(PATH + ".url is no address; https://HOST/...");
    }
    boolean https = "https".equals(address.getScheme());
    boolean here =
        "http".equals(address.getScheme())
            && address.getHost() != null
            && EmailSettings.loopback(address.getHost());
    if (address.getHost() == null || !https && !here) {
      throw new IllegalArgumentException(
          PATH + ".url must be https://HOST/..., or http:// to this machine itself");
    }
  }

  /** Reads {@link #PATH}; empty while no address is set. */
  public static Optional<WebhookSettings> of(Config root, UnaryOperator<String> environment) {
    Config config = root.getConfig(PATH);
    Optional<Secret> hidden = Secret.read(PATH, config, "url", environment);
    String plain = config.getString("url");
    if (hidden.isPresent() && !plain.isEmpty()) {
      throw new IllegalArgumentException(
          PATH + ": url is set twice; set one of url, url-file and" + " url-env");
    }
    if (hidden.isEmpty() && plain.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new WebhookSettings(
            hidden.orElseGet(() -> Secret.of(plain)),
            Secret.read(PATH, config, "secret", environment).orElse(null),
            config.getString("trusted-certificates")));
  }

  URI address() {
    return URI.create(url.reveal());
  }
}
