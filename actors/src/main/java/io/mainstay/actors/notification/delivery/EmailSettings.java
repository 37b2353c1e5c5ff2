package io.mainstay.actors.notification.delivery;

import com.typesafe.config.Config;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A mail server and who is written to.
 *
 * @param username empty if the server wants no password
 * @param password null without a username
 * @param trustedCertificates PEM file, or empty for Java's own
 * @param to at least one
 */
public record EmailSettings(
    String host,
    int port,
    Security security,
    String trustedCertificates,
    String username,
    Secret password,
    String from,
    List<String> to) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.notifications.email";

  /** How the connection is protected. */
  public enum Security {
    STARTTLS,
    TLS,
    NONE
  }

  public EmailSettings {
    to = List.copyOf(to);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(PATH + ".port is " + port + "; allowed are 1 to 65535");
    }
    if (to.isEmpty() || to.size() > 50) {
      throw new IllegalArgumentException(
          PATH + ".to has " + to.size() + " addresses; 1 to 50 are written to");
    }
    address("from", from);
    to.forEach(each -> address("to", each));
    if (username.isEmpty() != (password == null)) {
      throw new IllegalArgumentException(
          PATH + ": a username needs a password-file or password-env, and they need a username");
    }
    if (password != null && security == Security.NONE && !loopback(host)) {
      throw new IllegalArgumentException(
          PATH
              + ".security is none, but there is a password: it would go to "
              + host
              + " in the clear; use starttls or tls");
    }
  }

  /** Reads {@link #PATH}; empty while no host is set. */
  public static Optional<EmailSettings> of(Config root, UnaryOperator<String> environment) {
    Config config = root.getConfig(PATH);
    if (config.getString("host").isEmpty()) {
      return Optional.empty();
    }
    String security = config.getString("security").toUpperCase(Locale.ROOT);
    Security known;
    try {
      known = Security.valueOf(security);
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          PATH + ".security is " + config.getString("security") + "; starttls, tls or none",
          unknown);
    }
    return Optional.of(
        new EmailSettings(
            config.getString("host"),
            config.getInt("port"),
            known,
            config.getString("trusted-certificates"),
            config.getString("username"),
            Secret.read(PATH, config, "password", environment).orElse(null),
            config.getString("from"),
            config.getStringList("to")));
  }

  private static void address(String setting, String address) {
    try {
      new InternetAddress(address, true).validate();
    } catch (AddressException wrong) {
      throw new IllegalArgumentException(
          PATH + "." + setting + ": '" + address + "' is no mail address: " + wrong.getMessage(),
          wrong);
    }
  }

  static boolean loopback(String host) {
    InetSocketAddress address = new InetSocketAddress(host, 1);
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }
}
