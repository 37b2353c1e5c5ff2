package io.mainstay.it;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real mail server, down until it is told otherwise, and a real receiver of webhooks. */
final class AdministratorsInbox implements AutoCloseable {
  private final GreenMail mail;
  private final int mailPort;
  private final HttpServer hook;
  private final String user;
  private final String password;
  private final List<String> posts = new CopyOnWriteArrayList<>();

  private AdministratorsInbox(int mailPort, HttpServer hook, String user, String password) {
    this.mail = new GreenMail(new ServerSetup(mailPort, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    this.mailPort = mailPort;
    this.hook = hook;
    this.user = user;
    this.password = password;
  }

  static AdministratorsInbox open(String user, String password) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AdministratorsInbox inbox = new AdministratorsInbox(port, hook, user, password);
    hook.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean signed = exchange.getRequestHeaders().getFirst("X-Mainstay-Signature") != null;
          if (signed) {
            inbox.posts.add(new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(signed ? 204 : 401, -1);
          exchange.close();
        });
    hook.start();
    return inbox;
  }

  void mailUp() {
    mail.start();
    mail.setUser(user, user, password);
  }

  int mailPort() {
    return mailPort;
  }

  String url() {
    return "http://127.0.0.1:" + hook.getAddress().getPort() + "/hooks/it-secret-path";
  }

  /** Bodies of the signed ones. */
  List<String> posts() {
    return List.copyOf(posts);
  }

  List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    for (MimeMessage each : mail.getReceivedMessages()) {
      try {
        subjects.add(each.getSubject());
      } catch (MessagingException broken) {
        throw new AssertionError(broken);
      }
    }
    return subjects;
  }

  @Override
  public void close() {
    mail.stop();
    hook.stop(0);
  }
}
