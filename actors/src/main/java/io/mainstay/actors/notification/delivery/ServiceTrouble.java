package io.mainstay.actors.notification.delivery;

import java.time.Duration;

/**
 * What a service outside the node answered instead of taking a message, so far as it is no affair
 * of that message. Holds no secret, and no words of the server.
 *
 * @param server its host
 * @param code a reply code such as {@code 429}, or the name of what broke
 * @param pause for which it asks not to be called; zero if it did not say
 */
public record ServiceTrouble(Kind kind, String server, String code, Duration pause) {
  /** Of what kind. */
  public enum Kind {
    /** It is called too often. */
    LIMITED,
    /** It does not know our credentials. */
    REFUSED,
    /** It failed, or cannot be reached. */
    BROKEN
  }

  static ServiceTrouble of(Kind kind, String server, String code) {
    return new ServiceTrouble(kind, server, code, Duration.ZERO);
  }

  /** For people, one line. */
  String text() {
    String what =
        switch (kind) {
          case LIMITED -> " is called too often: ";
          case REFUSED -> " refused the credentials: ";
          case BROKEN -> " failed: ";
        };
    return server
        + what
        + code
        + (pause.isZero() ? "" : ", and asks to be left alone for " + pause.toSeconds() + " s");
  }
}
