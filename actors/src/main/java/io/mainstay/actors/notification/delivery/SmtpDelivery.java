package io.mainstay.actors.notification.delivery;

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
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** Mail by SMTP, a connection for each message. Thread-safe. */
public final class SmtpDelivery implements DeliveryMethod {
  private static final int PERMANENT = 500;

  private final EmailSettings settings;
  private final Envelope envelope;
  private final Session session;

  /**
   * @param timeout of connecting, and of each answer of the server
   */
  public SmtpDelivery(EmailSettings settings, Envelope envelope, Duration timeout) {
    this.settings = settings;
    this.envelope = envelope;
    this.session = session(settings, timeout);
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
    try {
      MimeMessage mail =
          new MimeMessage(session) {
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
      return permanent(refused)
          ? new DeliveryOutcome.Rejected(cause(refused))
          : new DeliveryOutcome.Failed(cause(refused));
    } catch (MessagingException failed) {
      return new DeliveryOutcome.Failed(cause(failed));
    } catch (RuntimeException broken) {
      return new DeliveryOutcome.Failed(broken.getClass().getSimpleName());
    }
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
