package io.mainstay.actors.notification.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of a private authority. */
final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * TLS that trusts the certificates in that file, and no others; Java's own if the path is empty.
   *
   * @param setting that names the file, for the error
   * @throws IllegalArgumentException with the setting and the file if it has none
   */
  static SSLContext context(String setting, String file) {
    try {
      if (file.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("trusted-" + count++, each);
        }
      }
      if (count == 0) {
        throw new IllegalArgumentException(setting + ": " + file + " has no certificate in it");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalArgumentException(
          setting + ": " + file + " cannot be used: " + unusable.getMessage(), unusable);
    }
  }
}
