package io.mainstay.actors.notification.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * As much of a mail server as STARTTLS needs (RFC 3207), for GreenMail does not have it: offers
 * nothing but STARTTLS in the clear, and AUTH PLAIN under TLS. One connection at a time.
 */
final class StarttlsServer implements AutoCloseable {
  private final ServerSocket listening;
  private final SSLContext tls;
  private final String credentials;
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final List<String> inTheClear = new CopyOnWriteArrayList<>();
  private volatile String refusal = "535 who are you";
  private final Thread thread = new Thread(this::serve, "starttls-server");

  StarttlsServer(SSLContext tls, String user, String password) throws IOException {
    this.listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    this.tls = tls;
    this.credentials = "\0" + user + "\0" + password;
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** What whoever it does not know is answered from now on. */
  void refusesWith(String reply) {
    refusal = reply;
  }

  /** What came between DATA and the dot. */
  List<String> mails() {
    return List.copyOf(mails);
  }

  /** Commands that came before TLS. */
  List<String> inTheClear() {
    return List.copyOf(inTheClear);
  }

  private void serve() {
    while (!listening.isClosed()) {
      try (Socket socket = listening.accept()) {
        socket.setSoTimeout(20_000);
        converse(socket, false);
      } catch (IOException gone) {
        // The client left, or the test is over; the next one is served.
        continue;
      }
    }
  }

  private void converse(Socket socket, boolean secure) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    if (!secure) {
      say(socket, "220 localhost");
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!secure) {
        inTheClear.add(line);
      }
      String command = line.length() < 4 ? line : line.substring(0, 4).toUpperCase();
      switch (command) {
        case "EHLO" -> say(socket, "250-localhost", secure ? "250 AUTH PLAIN" : "250 STARTTLS");
        case "STAR" -> {
          say(socket, "220 go ahead");
          SSLSocket encrypted =
              (SSLSocket)
                  tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
          encrypted.setUseClientMode(false);
          encrypted.startHandshake();
          converse(encrypted, true);
          return;
        }
        case "AUTH" -> say(socket, secure && knows(line) ? "235 welcome" : refusal);
        case "DATA" -> {
          say(socket, "354 go on");
          StringBuilder mail = new StringBuilder();
          for (String text = in.readLine();
              text != null && !text.equals(".");
              text = in.readLine()) {
            mail.append(text).append('\n');
          }
          mails.add(mail.toString());
          say(socket, "250 taken");
        }
        case "QUIT" -> {
          say(socket, "221 bye");
          return;
        }
        default -> say(socket, "250 fine");
      }
    }
  }

  /** {@code AUTH PLAIN <base64 of who acts, user and password>}. */
  private boolean knows(String auth) {
    byte[] given = Base64.getDecoder().decode(auth.substring(auth.lastIndexOf(' ') + 1));
    return new String(given, StandardCharsets.UTF_8).endsWith(credentials);
  }

  private static void say(Socket socket, String... lines) throws IOException {
    socket
        .getOutputStream()
        .write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
