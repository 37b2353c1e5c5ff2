package io.mainstay.actors.notification.delivery;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** Mail by SMTP, a connection for each message. Thread-safe. */
public final class SmtpDelivery implements DeliveryMethod {
  private static final int PASSING = 400;
  private static final int PERMANENT = 500;

  /** Authentication is wanted, or was not what it should be (RFC 4954). */
  private static final List<Integer> REFUSALS = List.of(530, 534, 535, 538);

  private static final Pattern REPLY = Pattern.compile("^([245][0-9]{2})[ -]");

  /** Settings, and the session that is made of them. */
  private record Account(EmailSettings settings, Session session) {}

  private final Supplier<Optional<EmailSettings>> source;
  private final Envelope envelope;
  private final Duration timeout;
  private volatile Account account;

  /**
   * @param source where name and password are read again
   * @param timeout of connecting, and of each answer of the server
   */
  public SmtpDelivery(
      EmailSettings settings,
      Supplier<Optional<EmailSettings>> source,
      Envelope envelope,
      Duration timeout) {
    this.source = source;
    this.envelope = envelope;
    this.timeout = timeout;
    this.account = new Account(settings, session(settings, timeout));
  }

  @Override
  public String renew() {
    try {
      EmailSettings fresh = source.get().orElse(null);
      if (fresh == null) {
        return "its host is not configured any more";
      }
      EmailSettings before = account.settings();
      account = new Account(fresh, session(fresh, timeout));
      return Secret.same(before.password(), fresh.password())
          ? "the password was read again from where "
              + EmailSettings.PATH
              + " names it and is the same"
          : "the password was read again and is another now";
    } catch (IllegalArgumentException unreadable) {
      // Its text names the setting, never the value.
      return "the password cannot be read again: " + unreadable.getMessage();
    }
  }

  private static Session session(EmailSettings settings, Duration timeout) {
    Properties properties = new Properties();
    String millis = Long.toString(timeout.toMillis());
    properties.put("mail.transport.protocol", "smtp");
    properties.put("mail.smtp.host", settings.host());
    properties.put("mail.smtp.port", Integer.toString(settings.port()));
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    if (settings.security() != EmailSettings.Security.NONE) {
      String how =
          settings.security() == EmailSettings.Security.TLS
              ? "mail.smtp.ssl.enable"
              : "mail.smtp.starttls.required";
      properties.put(how, "true");
      if (settings.security() == EmailSettings.Security.STARTTLS) {
        properties.put("mail.smtp.starttls.enable", "true");
      }
      properties.put("mail.smtp.ssl.checkserveridentity", "true");
      properties.put(
          "mail.smtp.ssl.socketFactory",
          TrustedCertificates.context(
                  EmailSettings.PATH + ".trusted-certificates", settings.trustedCertificates())
              .getSocketFactory());
    }
    if (settings.password() == null) {
      return Session.getInstance(properties);
    }
    properties.put("mail.smtp.auth", "true");
    return Session.getInstance(
        properties,
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(settings.username(), settings.password().reveal());
          }
        });
  }

  @Override
  public DeliveryOutcome deliver(Outgoing message) {
    Account now = account;
    EmailSettings settings = now.settings();
    try {
      MimeMessage mail =
          new MimeMessage(now.session()) {
            @Override
            protected void updateMessageID() throws MessagingException {
              // The same at every attempt: a mail that arrives twice can be told.
              setHeader(
                  "Message-ID", "<" + message.messageId() + "@mainstay." + message.node() + ">");
            }
          };
      mail.setFrom(new InternetAddress(settings.from()));
      for (String to : settings.to()) {
        mail.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
      }
      mail.setSubject(envelope.subject(message), "UTF-8");
      mail.setText(envelope.body(message), "UTF-8");
      mail.setSentDate(Date.from(message.first().at()));
      mail.setHeader("Auto-Submitted", "auto-generated");
      mail.setHeader("X-Mainstay-Node", message.node());
      Transport.send(mail);
      return new DeliveryOutcome.Taken();
    } catch (SendFailedException refused) {
      ServiceTrouble trouble = trouble(settings, refused);
      return permanent(refused) && trouble.kind() != ServiceTrouble.Kind.REFUSED
          ? new DeliveryOutcome.Rejected(cause(refused))
          : new DeliveryOutcome.Failed(cause(refused), trouble);
    } catch (MessagingException failed) {
      return new DeliveryOutcome.Failed(cause(failed), trouble(settings, failed));
    } catch (RuntimeException broken) {
      String name = broken.getClass().getSimpleName();
      return new DeliveryOutcome.Failed(
          name, ServiceTrouble.of(ServiceTrouble.Kind.BROKEN, settings.host(), name));
    }
  }

  /** By its reply code, or the name of what broke; never by its words. */
  private static ServiceTrouble trouble(EmailSettings settings, MessagingException failed) {
    int reply = reply(failed);
    boolean refused =
        failed instanceof AuthenticationFailedException && !isPassing(reply)
            || REFUSALS.contains(reply);
    Throwable inner = failed.getCause() == null ? failed : failed.getCause();
    return ServiceTrouble.of(
        refused ? ServiceTrouble.Kind.REFUSED : ServiceTrouble.Kind.BROKEN,
        settings.host(),
        reply == 0 ? inner.getClass().getSimpleName() : String.valueOf(reply));
  }

  /** Whether the server said that it may be otherwise later: its own trouble, such as 454. */
  private static boolean isPassing(int reply) {
    return reply >= PASSING && reply < PERMANENT;
  }

  /** The server's reply code; 0 if there was none. */
  private static int reply(MessagingException failed) {
    for (Exception at = failed;
        at instanceof MessagingException each;
        at = each.getNextException()) {
      if (at instanceof SMTPAddressFailedException address) {
        return address.getReturnCode();
      }
      if (at instanceof SMTPSendFailedException sent) {
        return sent.getReturnCode();
      }
      Matcher said = REPLY.matcher(String.valueOf(at.getMessage()));
      if (said.find()) {
        return Integer.parseInt(said.group(1));
      }
    }
    return 0;
  }

  /** True if the server said that it never will. */
  private static boolean permanent(MessagingException refused) {
    for (Exception at = refused;
        at instanceof MessagingException each;
        at = each.getNextException()) {
      if (at instanceof SMTPAddressFailedException address && address.getReturnCode() < PERMANENT
          || at instanceof SMTPSendFailedException sent && sent.getReturnCode() < PERMANENT) {
        return false;
      }
      if (at instanceof SMTPAddressFailedException || at instanceof SMTPSendFailedException) {
        return true;
      }
    }
    return false;
  }

  private static String cause(MessagingException failed) {
    Throwable inner = failed.getCause() == null ? failed : failed.getCause();
    String said = String.valueOf(inner.getMessage()).replaceAll("\\p{Cntrl}+", " ");
    return inner.getClass().getSimpleName()
        + ": "
        + said.substring(0, Math.min(300, said.length()));
  }
}
