package io.mainstay.actors.notification.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proof that a body comes from a node that has the key, and when: {@code t=<Unix seconds>,v1=<hex
 * of HMAC-SHA256 over "<Unix seconds>.<body>">}. Receivers refuse old times.
 */
final class WebhookSignature {
  static final String HEADER = "X-Mainstay-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSignature() {}

  static String of(Secret key, long unixSeconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((unixSeconds + ".").getBytes(StandardCharsets.US_ASCII));
      return "t=" + unixSeconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }
}
