package io.mainstay.actors.notification;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** A real mail server on a port of its own, which may be down and come up again. */
public final class MailServer implements AutoCloseable {
  private final String protocol;
  private final int port;
  private GreenMail server;

  public MailServer(String protocol) throws IOException {
    this.protocol = protocol;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** One that is up, without TLS. */
  public static MailServer started() throws IOException {
    MailServer mail = new MailServer(ServerSetup.PROTOCOL_SMTP);
    mail.start();
    return mail;
  }

  public int port() {
    return port;
  }

  public void start() {
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", protocol));
    server.start();
  }

  public void withUser(String name, String password) {
    server.setUser(name, name, password);
  }

  public List<MimeMessage> mails() {
    return List.of(server.getReceivedMessages());
  }

  public List<String> subjects() {
    return mails().stream().map(MailServer::subject).toList();
  }

  static String subject(MimeMessage mail) {
    try {
      return mail.getSubject();
    } catch (MessagingException broken) {
      throw new AssertionError(broken);
    }
  }

  public static String body(MimeMessage mail) {
    return GreenMailUtil.getBody(mail).replace("\r\n", "\n");
  }

  public void stop() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
  }
}
