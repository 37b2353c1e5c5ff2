package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.ServerSetup;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.notification.MailServer;
import io.mainstay.actors.recovery.Severity;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail, through a real server in this process: in the clear, over TLS, with a password. */
class SmtpDeliveryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Envelope ENVELOPE = Envelope.load(ConfigFactory.load());
  private static final String PASSWORD = "correct-horse";
  @TempDir static Path directory;
  private static Path certificate;
  private static String before;

  /** The server's certificate is our own, for localhost. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = directory.resolve("server.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "mail",
        "-keyalg",
        "EC",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-validity",
        "2");
    certificate = directory.resolve("server.pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "mail",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-file",
        certificate.toString());
    before = System.setProperty("greenmail.tls.keystore.file", store.toString());
    System.setProperty("greenmail.tls.keystore.password", "changeit");
  }

  @AfterAll
  static void forgetCertificate() {
    if (before == null) {
      System.clearProperty("greenmail.tls.keystore.file");
    }
    System.clearProperty("greenmail.tls.keystore.password");
  }

  private static void keytool(String... args) throws Exception {
    String[] command = new String[args.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(args, 0, command, 1, args.length);
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "keytool did not end");
    assertEquals(0, process.exitValue(), String.join(" ", command));
  }

  private static SSLContext tls() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("server.p12"))) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "changeit".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(factory.getKeyManagers(), null, null);
    return tls;
  }

  private static SmtpDelivery mailing(
      int port, EmailSettings.Security security, String trusted, String password) {
    return new SmtpDelivery(
        settings(port, security, trusted, password), Optional::empty, ENVELOPE, TIMEOUT);
  }

  private static EmailSettings settings(
      int port, EmailSettings.Security security, String trusted, String password) {
    return new EmailSettings(
        "localhost",
        port,
        security,
        trusted,
        password.isEmpty() ? "" : "node",
        password.isEmpty() ? null : Secret.of(password),
        "mainstay@example.org",
        List.of("ops@example.org", "second@example.org"));
  }

  private static Parcel parcel(String id, int level, String title) {
    return new Parcel(
        id,
        level,
        "intake_paused",
        Severity.CRITICAL,
        "intake",
        title,
        "The disk is full.",
        "Remedy: free space.",
        Instant.parse("2026-11-22T10:00:00Z"),
        "e",
        true);
  }

  private static Outgoing one(String id) {
    return new Outgoing("n1", List.of(parcel(id, 0, "New work\r\nBcc: evil@example.org")));
  }

  @Test
  void mail_arrivesAtBoth_withItsWords_andNoHeaderOfSomebodyElse() throws Exception {
    try (MailServer server = MailServer.started()) {
      SmtpDelivery delivery = mailing(server.port(), EmailSettings.Security.NONE, "", "");
      assertInstanceOf(DeliveryOutcome.Taken.class, delivery.deliver(one("N1")));
      assertEquals(2, server.mails().size());
      MimeMessage mail = server.mails().get(0);
      assertEquals("[mainstay n1] critical: New work Bcc: evil@example.org", mail.getSubject());
      assertEquals("<N1.0@mainstay.n1>", mail.getMessageID());
      assertEquals("auto-generated", mail.getHeader("Auto-Submitted")[0]);
      String body = MailServer.body(mail);
      for (String part :
          List.of(
              "The disk is full.",
              "Remedy: free space.",
              "mainstay notifications acknowledge N1",
              "2026-11-22T10:00:00Z")) {
        assertTrue(body.contains(part), body);
      }
    }
  }

  @Test
  void reminder_andDigest_sayThatTheyAre() throws Exception {
    try (MailServer server = MailServer.started()) {
      SmtpDelivery delivery = mailing(server.port(), EmailSettings.Security.NONE, "", "");
      delivery.deliver(new Outgoing("n1", List.of(parcel("N1", 2, "Full"))));
      delivery.deliver(new Outgoing("n1", List.of(parcel("N1", 0, "A"), parcel("N2", 0, "B"))));
      assertTrue(
          server.subjects().contains("[mainstay n1] critical, not acknowledged (reminder 2): Full"),
          "" + server.subjects());
      assertTrue(server.subjects().contains("[mainstay n1] 2 notifications"));
      String digest = MailServer.body(server.mails().get(3));
      assertTrue(digest.contains("critical  A (intake)"), digest);
      assertTrue(digest.contains("critical  B (intake)"), digest);
    }
  }

  @Test
  void overTlsWithAPassword_itArrives_andAWrongPasswordDoesNot() throws Exception {
    try (MailServer server = new MailServer(ServerSetup.PROTOCOL_SMTPS)) {
      server.start();
      server.withUser("node", PASSWORD);
      String trusted = certificate.toString();
      DeliveryOutcome taken =
          mailing(server.port(), EmailSettings.Security.TLS, trusted, PASSWORD).deliver(one("N1"));
      assertInstanceOf(DeliveryOutcome.Taken.class, taken, taken.toString());
      assertEquals(2, server.mails().size());
      DeliveryOutcome.Failed wrong =
          assertInstanceOf(
              DeliveryOutcome.Failed.class,
              mailing(server.port(), EmailSettings.Security.TLS, trusted, "wrong-password")
                  .deliver(one("N2")));
      assertTrue(wrong.cause().contains("Authentication"), wrong.cause());
      assertFalse(wrong.cause().contains("wrong-password"), wrong.cause());
      assertEquals(
          ServiceTrouble.of(ServiceTrouble.Kind.REFUSED, "localhost", "535"), wrong.trouble());
      DeliveryOutcome.Failed stranger =
          assertInstanceOf(
              DeliveryOutcome.Failed.class,
              mailing(server.port(), EmailSettings.Security.TLS, "", PASSWORD).deliver(one("N3")));
      assertTrue(stranger.cause().contains("certif"), stranger.cause());
      assertEquals(ServiceTrouble.Kind.BROKEN, stranger.trouble().kind());
      assertEquals(2, server.mails().size());
    }
  }

  @Test
  void starttls_protectsThePasswordAndTheMail() throws Exception {
    try (StarttlsServer server = new StarttlsServer(tls(), "node", PASSWORD)) {
      DeliveryOutcome taken =
          mailing(server.port(), EmailSettings.Security.STARTTLS, certificate.toString(), PASSWORD)
              .deliver(one("N1"));
      assertInstanceOf(DeliveryOutcome.Taken.class, taken, taken.toString());
      assertEquals(1, server.mails().size());
      assertTrue(server.mails().get(0).contains("The disk is full."), "" + server.mails());
      assertEquals(List.of("STARTTLS"), server.inTheClear().subList(1, 2));
      assertEquals(2, server.inTheClear().size(), "" + server.inTheClear());
    }
  }

  @Test
  void refusedPassword_isReadAgain_andTheNextMailGoesWithTheNewOne() throws Exception {
    try (StarttlsServer server = new StarttlsServer(tls(), "node", PASSWORD)) {
      EmailSettings right =
          settings(
              server.port(), EmailSettings.Security.STARTTLS, certificate.toString(), PASSWORD);
      SmtpDelivery delivery =
          new SmtpDelivery(
              settings(
                  server.port(), EmailSettings.Security.STARTTLS, certificate.toString(), "old"),
              () -> Optional.of(right),
              ENVELOPE,
              TIMEOUT);
      DeliveryOutcome.Failed refused =
          assertInstanceOf(DeliveryOutcome.Failed.class, delivery.deliver(one("N1")));
      assertEquals(
          ServiceTrouble.of(ServiceTrouble.Kind.REFUSED, "localhost", "535"), refused.trouble());
      assertTrue(delivery.renew().contains("is another now"));
      assertInstanceOf(DeliveryOutcome.Taken.class, delivery.deliver(one("N1")));
      assertEquals(1, server.mails().size());
      assertTrue(delivery.renew().contains("is the same"));
    }
  }

  /** Its own trouble (RFC 4954, 4.7.0; RFC 5321, 421): new credentials would not help. */
  @Test
  void authenticationThatFailsForNow_isABrokenService_andNoRefusal() throws Exception {
    try (StarttlsServer server = new StarttlsServer(tls(), "node", PASSWORD)) {
      for (String reply : List.of("454 Temporary authentication failure", "421 Closing")) {
        server.refusesWith(reply);
        DeliveryOutcome.Failed failed =
            assertInstanceOf(
                DeliveryOutcome.Failed.class,
                mailing(
                        server.port(),
                        EmailSettings.Security.STARTTLS,
                        certificate.toString(),
                        "other")
                    .deliver(one("N1")));
        assertEquals(
            ServiceTrouble.of(ServiceTrouble.Kind.BROKEN, "localhost", reply.substring(0, 3)),
            failed.trouble());
      }
    }
  }

  @Test
  void serverWithoutStarttls_getsNothing_notEvenThePassword() throws Exception {
    try (MailServer server = MailServer.started()) {
      DeliveryOutcome.Failed refused =
          assertInstanceOf(
              DeliveryOutcome.Failed.class,
              mailing(server.port(), EmailSettings.Security.STARTTLS, "", PASSWORD)
                  .deliver(one("N1")));
      assertTrue(refused.cause().contains("STARTTLS"), refused.cause());
      assertEquals(List.of(), server.mails());
    }
  }

  @Test
  void serverThatIsDown_isWorthAnotherAttempt() throws Exception {
    MailServer down = new MailServer(ServerSetup.PROTOCOL_SMTP);
    DeliveryOutcome outcome =
        mailing(down.port(), EmailSettings.Security.NONE, "", "").deliver(one("N1"));
    assertInstanceOf(DeliveryOutcome.Failed.class, outcome);
  }
}
